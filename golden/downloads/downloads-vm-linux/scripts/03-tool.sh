#!/bin/sh
# Downloads tool.tar.gz in the build VM, checks it and copies it to its destination.
set -eu
url='https://files.contoso.com/tool.tar.gz'
sha256='2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
destination='/tmp/it'\''s a tool.tar.gz'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/tool.tar.gz

# The URL goes to curl's input, where no other user can read it.
printf 'url = "%s"\n' "$url" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$file"
echo "$sha256  $file" | sha256sum --check --quiet

cp "$file" "$destination"
