#!/bin/sh
# Downloads the files that the template names by scriptUri and sourceUri. Run it before `packer build`, or commit the files.
# shellcheck disable=SC2016 # Packer reads the expressions in single quotes
set -eu
cd "$(dirname "$0")"
sha256=$(command -v sha256sum || echo shasum -a 256)

evaluate() { # EXPRESSION; Packer reads the values of the project
  value=$(printf '%s\n' "$1" | packer console ..) || { echo "$value" >&2; exit 1; }
  case $value in *'<'*) echo "$1 has no value yet: set it in values.auto.pkrvars.hcl." >&2; exit 1 ;; esac
  echo "$value"
}

fetch() { # URL FILE [SHA256]; the URL goes to curl's input, where no other user can read it
  echo "$2"
  printf 'url = "%s"\n' "$1" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$2.part"
  [ -z "${3:-}" ] || echo "$3  $2.part" | $sha256 -c -
  mv "$2.part" "$2"
}

sum=$(evaluate 'var.checksum')
fetch 'https://files.contoso.com/setup.sh' setup.sh "$sum"
sum=$(evaluate 'var.other')
fetch 'https://files.contoso.com/page.html' page.html "$sum"
