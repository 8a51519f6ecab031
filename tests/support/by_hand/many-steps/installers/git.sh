#!/bin/sh -e
sudo apt-get install --yes git
