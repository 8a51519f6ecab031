#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 90m sh run.sh
set -eu
cd "$(dirname "$0")"

packer init .
packer init validate
PKR_VAR_image_version=$(echo local.image_version | packer console .) || { echo "$PKR_VAR_image_version" >&2; exit 1; }
export PKR_VAR_image_version
packer build -var unvalidated=true .
packer build -var-file=values.auto.pkrvars.hcl validate
gallery=$(echo var.gallery | packer console .)
definition=$(echo var.definition | packer console .)
az sig image-version update --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg --gallery-name "$gallery" \
  --gallery-image-definition "$definition" --gallery-image-version "$PKR_VAR_image_version" --set publishingProfile.excludeFromLatest=false \
  --output none
