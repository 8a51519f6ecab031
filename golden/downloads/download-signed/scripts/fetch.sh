#!/bin/sh
# Before `packer build`: downloads the files of scriptUri and sourceUri that are not here. Commit them, or delete one to get it again.
set -e
cd "$(dirname "$0")"
sha256=$(command -v sha256sum || echo shasum -a 256)
[ -f setup.sh ] || : "${SETUP_SH_SAS:?Set it to the SAS token of setup.sh (without the question mark).}"
[ -f 7zip-x64.tar ] || : "${_7ZIP_X64_TAR_SAS:?Set it to the SAS token of 7zip-x64.tar (without the question mark).}"

fetch_blob() { # URL FILE; a private blob is read with the sign-in of the az command
  echo "$1" | grep -Eiq '^https://[a-z0-9.]+\.blob\.core\.windows\.net/[^?]*$' &&
    az storage blob download --auth-mode login --blob-url "$1" --file "$2" --output none
}

has() { # FILE SHA256
  [ -f "$1" ] && { [ -z "$2" ] || echo "$2  $1" | $sha256 -c -; }
}

fetch() { # URL FILE [SHA256]; the URL goes to curl's input, where no other user can read it
  has "$2" "$3" && return
  echo "$2"
  printf 'url = "%s"\n' "$1" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$2.part" ||
    fetch_blob "$1" "$2.part"
  has "$2.part" "$3"
  mv "$2.part" "$2"
}

fetch "https://contosoimages.blob.core.windows.net/scripts/setup.sh?${SETUP_SH_SAS}" setup.sh
fetch "https://contosoimages.blob.core.windows.net/files/7zip%20x64.tar?${_7ZIP_X64_TAR_SAS}" 7zip-x64.tar
fetch 'https://contosoimages.blob.core.windows.net/files/tool.tar.gz' tool.tar.gz 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
