#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

packer init .
packer init validate
PKR_VAR_image_version=$(echo local.image_version | packer console .) || { echo "$PKR_VAR_image_version" >&2; exit 1; }
export PKR_VAR_image_version
packer build .
packer build validate
