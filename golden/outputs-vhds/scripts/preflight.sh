#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

missing=0
say() { # WHAT REMEDY: what is missing
  printf 'missing  %s\n         %s\n' "$1" "$2"
  missing=1
}

need_there() { # WHAT REMEDY COMMAND...: az finds it
  what=$1 remedy=$2
  shift 2
  if az "$@" --only-show-errors --output none 2> /dev/null; then printf 'there    %s\n' "$what"; else say "$what" "$remedy"; fi
}

need_true() { # WHAT REMEDY COMMAND...: az says true
  what=$1 remedy=$2
  shift 2
  case $(az "$@" --only-show-errors --output tsv 2> /dev/null) in
    [Tt]rue*) printf 'there    %s\n' "$what" ;;
    *) say "$what" "$remedy" ;;
  esac
}

need_there 'a signed-in az' 'az login' account show
[ "$missing" = 0 ] || exit 1
need_true 'the container vhds in the storage account contosodisks' \
  'az storage container create --auth-mode login --account-name contosodisks -n vhds' \
  storage container exists --auth-mode login --account-name contosodisks -n vhds --query exists
need_true 'the container backup in the storage account contosoother' \
  'az storage container create --auth-mode login --account-name contosoother -n backup' \
  storage container exists --auth-mode login --account-name contosoother -n backup --query exists
exit "$missing"
