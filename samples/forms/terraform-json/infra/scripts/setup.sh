set -e
sudo apt-get update
