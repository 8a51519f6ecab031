#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

need() { # VARIABLE WHAT
  echo "Set the environment variable $1 first: $2" >&2
  exit 1
}

[ -n "${PKR_VAR_subscription_id:-}" ] || need PKR_VAR_subscription_id 'The template'\''s <subscriptionID>, in a key of identity.userAssignedIdentities and 2 more.'

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
need_there 'the subnet images' \
  'The template names it, but does not make it: correct its id, or make it.' \
  network vnet subnet show --ids "/subscriptions/${PKR_VAR_subscription_id}/resourceGroups/net-rg/providers/Microsoft.Network/virtualNetworks/build-vnet/subnets/images"
need_there 'the resource group gallery-rg' \
  "az group create --subscription ${PKR_VAR_subscription_id} -n gallery-rg -l westus2" \
  group show --subscription "$PKR_VAR_subscription_id" -n gallery-rg
need_there 'the gallery gallery' \
  "az sig create --subscription ${PKR_VAR_subscription_id} -g gallery-rg -r gallery" \
  sig show --subscription "$PKR_VAR_subscription_id" -g gallery-rg -r gallery
need_there 'the image definition gallery/ubuntu-nginx' \
  "az sig image-definition create --subscription ${PKR_VAR_subscription_id} -g gallery-rg -r gallery -i ubuntu-nginx --os-type Linux --hyper-v-generation V2 --publisher gallery --offer ubuntu-nginx --sku ubuntu-nginx" \
  sig image-definition show --subscription "$PKR_VAR_subscription_id" -g gallery-rg -r gallery -i ubuntu-nginx
if [ -n "${BUILDER:-}" ]; then
  need_role Contributor "/subscriptions/${PKR_VAR_subscription_id}/resourceGroups/gallery-rg"
  need_role 'Network Contributor' "/subscriptions/${PKR_VAR_subscription_id}/resourceGroups/net-rg"
fi
exit "$missing"
