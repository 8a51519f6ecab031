#!/bin/sh -e
sudo apt-get install --yes jq curl
git --version > /tmp/tools
