#!/bin/sh
# Before `packer build`: downloads the files of scriptUri and sourceUri that are not here. Commit them, or delete one to get it again.
set -e
cd "$(dirname "$0")"
[ -f set-up.sh ] || : "${SET_UP_SH_SAS:?Set it to the SAS token of set-up.sh (without the question mark).}"
[ -f settings.json ] || : "${SETTINGS_JSON_SAS:?Set it to the SAS token of settings.json (without the question mark).}"

fetch() { # URL FILE; the URL goes to curl's input, where no other user can read it
  [ -f "$2" ] && return
  echo "$2"
  printf 'url = "%s"\n' "$1" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$2.part"
  mv "$2.part" "$2"
}

fetch "https://contososcripts.blob.core.windows.net/scripts/set-up.sh?${SET_UP_SH_SAS}" set-up.sh
fetch "https://contososcripts.blob.core.windows.net/scripts/settings.json?${SETTINGS_JSON_SAS}" settings.json
