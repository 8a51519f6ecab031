#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

packer init .
packer init validate
native_subscription=$(echo 'split("/", var.galleryImageId)[2]' | packer console .)
native_resource_group=$(echo 'split("/", var.galleryImageId)[4]' | packer console .)
native_gallery_name=$(echo 'split("/", var.galleryImageId)[8]' | packer console .)
native_gallery_image_definition=$(echo 'split("/", var.galleryImageId)[10]' | packer console .)
versions=$(az sig image-version list --subscription "$native_subscription" --resource-group "$native_resource_group" \
  --gallery-name "$native_gallery_name" --gallery-image-definition "$native_gallery_image_definition" --query '[].name' \
  --output tsv)
last=$(echo "$versions" | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
PKR_VAR_image_version=${last:+${last%.*}.$((${last##*.} + 1))}
export PKR_VAR_image_version="${PKR_VAR_image_version:-0.0.1}"
PKR_VAR_image_version=$(echo local.gallery_version | packer console .)
export PKR_VAR_image_version
packer build -var unvalidated=true .
packer build -var-file=values.auto.pkrvars.hcl validate
az sig image-version update --subscription "$native_subscription" --resource-group "$native_resource_group" \
  --gallery-name "$native_gallery_name" --gallery-image-definition "$native_gallery_image_definition" \
  --gallery-image-version "$PKR_VAR_image_version" --set publishingProfile.excludeFromLatest=false --output none
sh distribute.sh
