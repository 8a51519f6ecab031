#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 120m sh run.sh
set -eu
cd "$(dirname "$0")"

sh scripts/fetch.sh
packer init .
packer init validate
PKR_VAR_image_version=0.0.0 packer validate . # stops here where a variable has no value
gallery=$(echo var.gallery | packer console .)
versions=$(az sig image-version list --subscription 00000000-0000-0000-0000-000000000001 --resource-group images-rg --gallery-name "$gallery" \
  --gallery-image-definition web --query '[].name' --output tsv)
last=$(echo "$versions" | grep '^1[.]' | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
PKR_VAR_image_version=${last:+${last%.*}.$((${last##*.} + 1))}
export PKR_VAR_image_version="${PKR_VAR_image_version:-1.0.1}"
packer build -var unvalidated=true .
packer build -var-file=values.auto.pkrvars.hcl validate
az sig image-version update --subscription 00000000-0000-0000-0000-000000000001 --resource-group images-rg --gallery-name "$gallery" \
  --gallery-image-definition web --gallery-image-version "$PKR_VAR_image_version" --set publishingProfile.excludeFromLatest=false \
  --output none
sh distribute.sh
