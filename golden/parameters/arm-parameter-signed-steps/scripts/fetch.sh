#!/bin/sh
# Downloads the files that the template names by scriptUri and sourceUri. Run it before `packer build`, or commit the files.
set -eu
cd "$(dirname "$0")"
: "${SET_UP_SH_SAS:?Set it to the SAS token of set-up.sh (without the question mark).}"
: "${SETTINGS_JSON_SAS:?Set it to the SAS token of settings.json (without the question mark).}"

fetch() { # URL FILE; the URL goes to curl's input, where no other user can read it
  echo "$2"
  printf 'url = "%s"\n' "$1" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$2.part"
  mv "$2.part" "$2"
}

fetch "https://contososcripts.blob.core.windows.net/scripts/set-up.sh?${SET_UP_SH_SAS}" set-up.sh
fetch "https://contososcripts.blob.core.windows.net/scripts/settings.json?${SETTINGS_JSON_SAS}" settings.json
