#!/bin/sh
# Downloads what the template names by scriptUri and sourceUri, once, before `packer build`; Image Builder does the
# same when a template is submitted. It can be run again at any time: what is there and has the right checksum is kept,
# what was cut off is continued. Azure blobs that need a sign-in: AZURE_STORAGE_AUTH=login sh scripts/fetch.sh
set -eu
cd "$(dirname "$0")"

sha256() { # FILE
  if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

is_right() { # FILE SHA256
  [ "$(sha256 "$1")" = "$(printf '%s' "$2" | tr 'A-F' 'a-f')" ]
}

download() { # URL FILE [OPTION...]
  from=$1
  to=$2
  shift 2
  curl -fL --proto '=https' --proto-redir '=https' --retry 10 --retry-delay 5 --connect-timeout 30 \
    --speed-limit 1 --speed-time 120 --max-redirs 10 --no-progress-meter "$@" -o "$to" "$from"
}

fetch() { # URL FILE [SHA256]
  if [ -n "${3:-}" ] && [ -f "$2" ] && is_right "$2" "$3"; then
    echo "$2: is there already"
    return
  fi
  case "${AZURE_STORAGE_AUTH:-} $1" in
    "login https://"*.blob.core.*)
      token=$(az account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv)
      printf 'header = "Authorization: Bearer %s"\nheader = "x-ms-version: 2020-10-02"\n' "$token" |
        download "$1" "$2.part" --config - --max-redirs 0
      ;;
    *)
      # Continuing needs a checksum: without one, nobody could tell whether the two halves belong together.
      if [ -n "${3:-}" ] && [ -f "$2.part" ] && download "$1" "$2.part" -C - && is_right "$2.part" "$3"; then
        :
      else
        download "$1" "$2.part"
      fi
      ;;
  esac
  if [ -n "${3:-}" ] && ! is_right "$2.part" "$3"; then
    echo "$2: the download is not the file that the template names: its sha256 is $(sha256 "$2.part")" >&2
    rm -f "$2.part"
    exit 1
  fi
  mv "$2.part" "$2"
  echo "$2: fetched"
}

fetch 'https://files.contoso.com/web/install.sh' install.sh
fetch 'https://files.contoso.com/database/install.sh' install-2.sh
fetch 'https://files.contoso.com/tools/fetch.sh' fetch-2.sh
fetch 'https://files.contoso.com/' file
fetch 'https://files.contoso.com/a%20b/r%C3%A9sum%C3%A9%20%28old%29.txt?version=2#top' r-sum-old-.txt
