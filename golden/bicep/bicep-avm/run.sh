#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

sh scripts/fetch.sh
packer init .
PKR_VAR_image_version=0.0.0 packer validate . # stops here where a variable has no value
output_0_subscription=$(echo 'local.gallery[2]' | packer console .) || { echo "$output_0_subscription" >&2; exit 1; }
output_0_resource_group=$(echo 'local.gallery[4]' | packer console .) || { echo "$output_0_resource_group" >&2; exit 1; }
output_0_gallery_name=$(echo 'local.gallery[8]' | packer console .) || { echo "$output_0_gallery_name" >&2; exit 1; }
output_0_gallery_image_definition=$(echo 'local.gallery[10]' | packer console .) || { echo "$output_0_gallery_image_definition" >&2; exit 1; }
versions=$(az sig image-version list --subscription "$output_0_subscription" --resource-group "$output_0_resource_group" \
  --gallery-name "$output_0_gallery_name" --gallery-image-definition "$output_0_gallery_image_definition" --query '[].name' --output tsv)
last=$(echo "$versions" | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
PKR_VAR_image_version=${last:+${last%.*}.$((${last##*.} + 1))}
export PKR_VAR_image_version="${PKR_VAR_image_version:-0.0.1}"
packer build .
