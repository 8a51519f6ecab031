#!/bin/sh
# Makes the outputs that Packer cannot publish, from those of the last build. Requires `az login`.
# After a failure, make only what is missing: sh distribute.sh NAME...
set -u
cd "$(dirname "$0")" || exit 1
wanted=" $* " failed=''

last_build() { # NAME: its value in the manifest of the last build; asked without the project, for its secrets would be masked
  value=$(echo "reverse(jsondecode(file(\"manifest.json\")).builds)[0].custom_data[\"$1\"]" |
    packer console --config-type=hcl2 2> /dev/null) && printf '%s\n' "$value" && return
  echo "There is no $1 in manifest.json: run packer build first. $value" >&2 && return 1
}
gallery_b_id=$(last_build gallery-b) && image_version_gallery_a=$(last_build image_version_gallery_a) || exit 1

output() { # NAME COMMAND...
  name=$1 && shift
  case $wanted in "  " | *" $name "*) ;; *) return ;; esac
  if "$@"; then echo "$name: made"; else failed="$failed $name"; fi
}

managed_image() { # NAME REGION --subscription ID --resource-group GROUP AZ-OPTION...: replaces the image by one from a temporary disk
  image=$1 region=$2 && shift 2
  generation=$(az sig image-definition show --ids "${gallery_b_id%/versions/*}" --query hyperVGeneration --output tsv) || return
  az disk create "$1" "$2" "$3" "$4" --name "$image-disk" --location "$region" --gallery-image-reference "$gallery_b_id" --output none || return
  az image delete "$1" "$2" "$3" "$4" --name "$image"
  az image create "$@" --name "$image" --location "$region" --source "$image-disk" --os-type Linux --hyper-v-generation "$generation" --output none; outcome=$?
  az disk delete "$1" "$2" "$3" "$4" --name "$image-disk" --yes && return "$outcome"
}

copy_blob() { # ACCOUNT CONTAINER BLOB AZ-OPTION...: copies the VHD that Packer wrote
  account=$1 container=$2 blob=$3 && shift 3
  az storage blob copy start --auth-mode login --account-name "$account" --destination-container "$container" \
    --destination-blob "$blob" --subscription 00000000-0000-0000-0000-000000000001 --source-account-name contosoother --source-container vhds --source-blob b.vhd \
    "$@" --output none || return
  while state=$(az storage blob show --auth-mode login --account-name "$account" --container-name "$container" --name "$blob" \
    --query properties.copy.status --output tsv) && [ "$state" = pending ]; do sleep 15; done
  [ "$state" = success ] || { echo "The copy ended: $state" >&2; return 1; }
}

output image-b managed_image image-b northeurope --subscription 00000000-0000-0000-0000-000000000001 --resource-group images-rg
output gallery-a az sig image-version create --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg \
  --gallery-name company --gallery-image-definition base --gallery-image-version "$image_version_gallery_a" --location westeurope \
  --managed-image /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg/providers/Microsoft.Compute/images/image-a \
  --target-regions westeurope=1 --output none
output disk-a copy_blob contosodisks vhds a.vhd
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
