#!/bin/sh
# Downloads what the template names by scriptUri and sourceUri, once, before `packer build`; Image Builder does the
# same when a template is submitted. It can be run again at any time: what is there and has the right checksum is kept,
# what was cut off is continued. Azure blobs that need a sign-in: AZURE_STORAGE_AUTH=login sh scripts/fetch.sh
set -eu
cd "$(dirname "$0")"

# Why a download failed, and what to do.
why() { # STATUS of curl
  case $1 in
    1 | 47) echo 'its address leads on too often, or to one without encryption: write the address that the file has in the end' ;;
    22) echo 'the server does not give it: check the address; sign in to private blobs with AZURE_STORAGE_AUTH=login, or renew the signature' ;;
    35 | 51 | 60 | 77) echo 'the certificate of its server cannot be trusted: correct the address, or name your authority in CURL_CA_BUNDLE' ;;
    *) echo 'its server cannot be reached, or broke off: check the address and your network, then run this again' ;;
  esac
}

# Every user of a machine can read its command lines, so curl reads the address, and a token, from its input.
settings() { # URL [HEADER...]
  setting url "$1"
  shift
  for header; do setting header "$header"; done
}

setting() { # NAME VALUE
  sed -e 's/[\\"]/\\&/g' -e "s/^/$1 = \"/" -e 's/$/"/' << END
$2
END
}

is_packed() { # FILE HEAD
  grep -qis '^ *content-encoding: *gzip' "$2" && gzip -t < "$1" 2> /dev/null
}

unpack() { # FILE PLACE
  gzip -dc < "$1" > "$2"
  mv "$2" "$1"
}

sha256() { # FILE
  if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

is_right() { # FILE SHA256
  [ "$(sha256 "$1")" = "$(printf '%s' "$2" | tr 'A-F' 'a-f')" ]
}

is_private_blob() { # URL
  case $1 in *[?\&]sig=* | http:*) return 1 ;; esac
  host=${1#*://}
  host=${host%%[/?#]*}
  host=${host##*@}
  case $(printf '%s' "${host%:*}" | tr '[:upper:]' '[:lower:]') in
    *.blob.core.windows.net) return 0 ;;
    *.blob.core.chinacloudapi.cn) return 0 ;;
    *.blob.core.usgovcloudapi.net) return 0 ;;
    *.blob.core.cloudapi.de) return 0 ;;
    *.blob.storage.azure.net) return 0 ;;
  esac
  return 1
}

download() { # FILE [OPTION...]; the settings are its input
  to=$1
  shift
  curl -gfsSL --proto '=https' --proto-redir '=https' --retry 10 --retry-delay 5 --connect-timeout 30 \
    --speed-limit 1 --speed-time 120 --max-redirs 10 "$@" --config - -D "$to.head" -o "$to"
}

fail() { # FILE WHY
  echo "$1: $2" >&2
  exit 1
}

get() { # URL FILE SHA256
  if [ "${AZURE_STORAGE_AUTH:-}" = login ] && is_private_blob "$1"; then
    token=$(az account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv) || fail "$2" 'az gave no token: run az login first'
    settings "$1" "Authorization: Bearer $token" 'x-ms-version: 2020-10-02' | download "$2.part" --max-redirs 0
  elif [ -n "$3" ] && [ -f "$2.part" ]; then
    # Continuing needs a checksum: without one, nobody could tell whether the two halves belong together.
    is_right "$2.part" "$3" || { settings "$1" | download "$2.part" -C - && is_right "$2.part" "$3"; } || settings "$1" | download "$2.part"
  else
    settings "$1" | download "$2.part"
  fi
}

# A server may pack what it sends; the checksum, or the name, tells whether the file is meant as it was sent.
is_meant_packed() { # FILE SHA256
  if [ -n "$2" ]; then
    is_right "$1.part" "$2"
  else
    case $1 in *.gz | *.tgz) ;; *) return 1 ;; esac
  fi
}

fetch() { # URL FILE [SHA256]
  if [ -n "${3:-}" ] && [ -f "$2" ] && is_right "$2" "$3"; then
    echo "$2: is there already"
    return
  fi
  status=0
  get "$1" "$2" "${3:-}" || status=$?
  if [ "$status" -eq 0 ] && is_packed "$2.part" "$2.part.head" && ! is_meant_packed "$2" "${3:-}"; then
    unpack "$2.part" "$2.unpacked"
  fi
  rm -f "$2.part.head"
  if [ "$status" -ne 0 ]; then
    [ -n "${3:-}" ] || rm -f "$2.part"
    fail "$2" "not fetched, because $(why "$status")"
  fi
  if [ -n "${3:-}" ] && ! is_right "$2.part" "$3"; then
    found=$(sha256 "$2.part")
    rm -f "$2.part"
    fail "$2" "the download is not the file that the template names, for its sha256 is $found: look at it, or correct sha256Checksum"
  fi
  mv "$2.part" "$2"
  echo "$2: fetched"
}

fetch 'https://example.com/files/note.txt' note.txt
