#!/bin/sh
# The whole run, in Image Builder's order. Its time limit: timeout 240m sh run.sh
set -eu
cd "$(dirname "$0")"

sh scripts/fetch.sh
packer init .
packer init validate
packer build -force . # Image Builder overwrites the managed image, too
packer build validate
