#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

packer init .
PKR_VAR_image_version=$(az vm image show --urn Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest --location westeurope --query name --output tsv)
export PKR_VAR_image_version
packer build .
