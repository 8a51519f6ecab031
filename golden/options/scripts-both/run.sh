#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

packer init .
packer init validate
PKR_VAR_image_version=$(echo local.image_version | packer console .) || { echo "$PKR_VAR_image_version" >&2; exit 1; }
export PKR_VAR_image_version
packer build -var unvalidated=true .
packer build -var-file=values.auto.pkrvars.hcl validate
native_subscription=$(echo 'local.gallery[2]' | packer console .) || { echo "$native_subscription" >&2; exit 1; }
native_resource_group=$(echo 'local.gallery[4]' | packer console .) || { echo "$native_resource_group" >&2; exit 1; }
native_gallery_name=$(echo 'local.gallery[8]' | packer console .) || { echo "$native_gallery_name" >&2; exit 1; }
native_gallery_image_definition=$(echo 'local.gallery[10]' | packer console .) || { echo "$native_gallery_image_definition" >&2; exit 1; }
az sig image-version update --subscription "$native_subscription" --resource-group "$native_resource_group" \
  --gallery-name "$native_gallery_name" --gallery-image-definition "$native_gallery_image_definition" \
  --gallery-image-version "$PKR_VAR_image_version" --set publishingProfile.excludeFromLatest=false --output none
sh distribute.sh
