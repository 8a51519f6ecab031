#!/bin/sh
# Downloads page.html in the build VM and copies it to its destination.
set -eu
url=$DOWNLOAD_URL
destination=$DOWNLOAD_DESTINATION
unset DOWNLOAD_URL DOWNLOAD_DESTINATION
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/page.html

# The URL goes to curl's input, where no other user can read it.
printf 'url = "%s"\n' "$url" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$file"

cp "$file" "$destination"
