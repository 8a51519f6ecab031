#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

need() { # VARIABLE WHAT
  echo "Set the environment variable $1 first: $2" >&2
  exit 1
}

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

need_role() { # ROLE SCOPE
  found=$(az role assignment list --assignee "$BUILDER" --scope "$2" --include-inherited --include-groups \
    --query '[].roleDefinitionName' --only-show-errors --output tsv 2> /dev/null)
  case "
$found
" in
    *"
$1
"* | *"
Owner
"*) printf 'there    %s on %s\n' "$1" "$2" ;;
    *) say "$1 on $2" "az role assignment create --assignee $BUILDER --role '$1' --scope $2" ;;
  esac
}

need_there 'a signed-in az' 'az login' account show
[ "$missing" = 0 ] || exit 1
need_there 'the resource group images-rg' \
  'az group create --subscription 00000000-0000-0000-0000-000000000001 -n images-rg -l westeurope' \
  group show --subscription 00000000-0000-0000-0000-000000000001 -n images-rg
if [ -n "${BUILDER:-}" ]; then
  [ -n "${PKR_VAR_subscription_id:-}" ] || need PKR_VAR_subscription_id 'Subscription to build in; in the template: subscription().'
  [ -n "${PKR_VAR_staging:-}" ] || PKR_VAR_staging='staging-rg'
  need_role Contributor /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg
  need_role Contributor "/subscriptions/${PKR_VAR_subscription_id}/resourceGroups/${PKR_VAR_staging}"
fi
exit "$missing"
