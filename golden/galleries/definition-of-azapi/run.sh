#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

packer init .
PKR_VAR_image_version=0.0.0 packer validate . # stops here where a variable has no value
subscription_id=$(echo var.subscription_id | packer console .)
versions=$(az sig image-version list --subscription "$subscription_id" --resource-group rg-images --gallery-name golden --gallery-image-definition web \
  --query '[].name' --output tsv)
last=$(echo "$versions" | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
PKR_VAR_image_version=${last:+${last%.*}.$((${last##*.} + 1))}
export PKR_VAR_image_version="${PKR_VAR_image_version:-0.0.1}"
packer build .
