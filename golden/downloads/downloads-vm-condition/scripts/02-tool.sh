#!/bin/sh
# Downloads tool in the build VM and copies it to its destination.
set -eu
url='https://files.contoso.com/tool'
destination='/tmp/tool'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/tool

# The URL goes to curl's input, where no other user can read it.
printf 'url = "%s"\n' "$url" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$file"

cp "$file" "$destination"
