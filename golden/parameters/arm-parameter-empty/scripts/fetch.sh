#!/bin/sh
# Before `packer build`: downloads the files of scriptUri and sourceUri that are not here. Commit them, or delete one to get it again.
# shellcheck disable=SC2016 # Packer reads the expressions in single quotes
set -e
cd "$(dirname "$0")"
sha256=$(command -v sha256sum || echo shasum -a 256)

evaluate() { # EXPRESSION; Packer reads the values of the project
  value=$(printf '%s\n' "$1" | packer console ..) || { echo "$value" >&2; exit 1; }
  case $value in *'<'*) echo "$1 has no value yet: set it in values.auto.pkrvars.hcl." >&2; exit 1 ;; esac
  echo "$value"
}

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

url=$(evaluate 'var.behindProxy ? var.proxy : "https://example.com/direct.sh"')
sum=$(evaluate 'var.checksum')
fetch "$url" script.sh "$sum"
