#!/bin/sh
# Before `packer build`: downloads the files of scriptUri and sourceUri that are not here. Commit them, or delete one to get it again.
set -e
cd "$(dirname "$0")"

fetch() { # URL FILE; the URL goes to curl's input, where no other user can read it
  [ -f "$2" ] && return
  echo "$2"
  printf 'url = "%s"\n' "$1" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$2.part"
  mv "$2.part" "$2"
}

fetch 'https://files.contoso.com/list.txt' list.txt
