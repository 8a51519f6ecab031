#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

missing=0
say() { # WHAT REMEDY: what is missing
  printf 'missing  %s\n         %s\n' "$1" "$2"
  missing=1
}

az account show --only-show-errors --output none 2> /dev/null || { say 'a signed-in az' 'az login' && exit 1; }
printf 'there    %s\n' 'a signed-in az'
exit "$missing"
