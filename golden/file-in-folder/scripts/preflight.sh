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

need_there() { # WHAT REMEDY COMMAND...: az finds it
  if look "$@" --output none; then printf 'there    %s\n' "$what"; fi
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
need_there 'the resource group images' \
  'az group create --subscription 00000000-0000-0000-0000-000000000000 -n images -l westeurope' \
  group show --subscription 00000000-0000-0000-0000-000000000000 -n images
if [ -n "${BUILDER:-}" ]; then
  need_role Contributor /subscriptions/00000000-0000-0000-0000-000000000000 Owner
fi
exit "$missing"
