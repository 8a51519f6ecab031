#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 90m sh run.sh
# shellcheck disable=SC2016 # Packer reads the expressions in single quotes
set -eu
cd "$(dirname "$0")"

packer init .
packer init validate
PKR_VAR_image_version=$(echo local.image_version | packer console .) || { echo "$PKR_VAR_image_version" >&2; exit 1; }
export PKR_VAR_image_version
packer build -var unvalidated=true .
packer build -var-file=values.auto.pkrvars.hcl validate
gallery_gallery_name=$(echo 'split("/", "${var.gallery}/${var.definition}")[0]' | packer console .) || { echo "$gallery_gallery_name" >&2; exit 1; }
gallery_gallery_image_definition=$(echo 'split("/", "${var.gallery}/${var.definition}")[1]' | packer console .) || { echo "$gallery_gallery_image_definition" >&2; exit 1; }
az sig image-version update --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg \
  --gallery-name "$gallery_gallery_name" --gallery-image-definition "$gallery_gallery_image_definition" \
  --gallery-image-version "$PKR_VAR_image_version" --set publishingProfile.excludeFromLatest=false --output none
