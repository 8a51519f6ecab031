#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

sh scripts/fetch.sh
packer init .
PKR_VAR_image_version=0.0.0 packer validate . # stops here where a variable has no value
apps_subscription=$(echo 'local.gallery[2]' | packer console .) || { echo "$apps_subscription" >&2; exit 1; }
apps_resource_group=$(echo 'local.gallery[4]' | packer console .) || { echo "$apps_resource_group" >&2; exit 1; }
apps_gallery_name=$(echo 'local.gallery[8]' | packer console .) || { echo "$apps_gallery_name" >&2; exit 1; }
apps_gallery_image_definition=$(echo 'local.gallery[10]' | packer console .) || { echo "$apps_gallery_image_definition" >&2; exit 1; }
versions=$(az sig image-version list --subscription "$apps_subscription" --resource-group "$apps_resource_group" --gallery-name "$apps_gallery_name" \
  --gallery-image-definition "$apps_gallery_image_definition" --query '[].name' --output tsv)
last=$(echo "$versions" | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
PKR_VAR_image_version=${last:+${last%.*}.$((${last##*.} + 1))}
export PKR_VAR_image_version="${PKR_VAR_image_version:-0.0.1}"
packer build .
