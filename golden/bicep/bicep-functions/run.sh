#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

packer init .
packer init validate
packer build -on-error=abort -force . # Image Builder overwrites the managed image, too
packer build -var-file=values.auto.pkrvars.hcl validate
