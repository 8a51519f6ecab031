#!/bin/sh
# Downloads the files that the template names by scriptUri and sourceUri. Run it before `packer build`, or commit the files.
set -eu
cd "$(dirname "$0")"

fetch() { # URL FILE; the URL goes to curl's input, where no other user can read it
  echo "$2"
  printf 'url = "%s"\n' "$1" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$2.part"
  mv "$2.part" "$2"
}

fetch 'https://example.com/note.txt' note.txt
