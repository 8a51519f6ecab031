#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

missing=0
say() { # WHAT REMEDY: what is missing
  printf 'missing  %s\n         %s\n' "$1" "$2"
  missing=1
}

unknown() { # WHAT WHY: what cannot be looked for
  printf 'unknown  %s\n         %s\n' "$1" "$2"
}

# What az says goes to $found; nothing is found where it ends with 3, and with any other code it could not tell.
look() { # WHAT REMEDY COMMAND...
  what=$1 remedy=$2 found='' code=0
  shift 2
  found=$(az "$@" --only-show-errors 2> "$errors") || code=$?
  case $code in
    0) ;;
    3) say "$what" "$remedy" ;;
    *) unknown "$what" "$(cat "$errors")" && missing=1 ;;
  esac
  return "$code"
}

need_role() { # ROLE SCOPE ROLE...: or one of the others, which hold its rights
  role=$1 scope=$2
  look "$role on $scope" '' role assignment list --assignee "$BUILDER" --scope "$scope" --include-inherited --include-groups \
    --query '[].roleDefinitionName' --output tsv || return 0
  shift 2
  for each in "$role" "$@"; do
    if printf '%s\n' "$found" | tr -d '\r' | grep -qxF "$each"; then printf 'there    %s on %s\n' "$role" "$scope" && return; fi
  done
  say "$role on $scope" "az role assignment create --assignee $BUILDER --role '$role' --scope '$scope'"
}

errors=$(mktemp) || exit 1
trap 'rm -f "$errors"' EXIT
az account show --only-show-errors --output none 2> /dev/null || { say 'a signed-in az' 'az login'; exit 1; }
printf 'there    %s\n' 'a signed-in az'
unknown 'the resource group gallery-rg' 'The template computes its name, and other values may have given another one: look for it yourself.'
unknown 'the gallery company' 'The template computes its name, and other values may have given another one: look for it yourself.'
unknown 'the image definition company/base' 'The template computes its name, and other values may have given another one: look for it yourself.'
if [ -n "${BUILDER:-}" ]; then
  need_role Contributor /subscriptions/00000000-0000-0000-0000-000000000001 Owner
fi
exit "$missing"
