#!/bin/bash
set -euo pipefail
# [not an expression]
sudo apt-get update
sudo apt-get install -y fail2ban
