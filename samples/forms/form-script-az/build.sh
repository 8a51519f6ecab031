#!/bin/sh
set -e
az image builder create -n web -g rg-images --image-source Canonical:ubuntu-24_04-lts:server:latest --identity id-aib --defer
az image builder customizer add -n web -g rg-images --customizer-name nginx --type shell --inline-script 'apt-get install -y nginx' --defer
az image builder update -n web -g rg-images
