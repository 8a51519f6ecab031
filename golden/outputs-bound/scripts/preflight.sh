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

need_true() { # WHAT REMEDY COMMAND...: az says true
  what=$1 remedy=$2
  shift 2
  case $(az "$@" --only-show-errors --output tsv 2> /dev/null) in
    [Tt]rue*) printf 'there    %s\n' "$what" ;;
    *) say "$what" "$remedy" ;;
  esac
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
  network vnet subnet show --ids /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/net-rg/providers/Microsoft.Network/virtualNetworks/build/subnets/images
need_there 'the resource group images-rg' \
  'az group create --subscription 00000000-0000-0000-0000-000000000001 -n images-rg -l northeurope' \
  group show --subscription 00000000-0000-0000-0000-000000000001 -n images-rg
need_true 'the container vhds in the storage account contosodisks' \
  'az storage container create --auth-mode login --account-name contosodisks -n vhds' \
  storage container exists --auth-mode login --account-name contosodisks -n vhds --query exists
if [ -n "${BUILDER:-}" ]; then
  [ -n "${PKR_VAR_vhd_storage_resource_group:-}" ] || need PKR_VAR_vhd_storage_resource_group 'Resource group of the storage account for the output disk; Packer asks for it.'
  need_role Contributor /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg
  need_role 'Storage Blob Data Contributor' "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/${PKR_VAR_vhd_storage_resource_group}/providers/Microsoft.Storage/storageAccounts/contosodisks"
  need_role 'Network Contributor' /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/net-rg
fi
exit "$missing"
