#!/bin/sh
# Downloads the files that the template names by scriptUri and sourceUri. Run it before `packer build`, or commit the files.
# shellcheck disable=SC2016 # Packer reads the expressions in single quotes
set -eu
cd "$(dirname "$0")"

evaluate() { # EXPRESSION; Packer reads the values of the project
  value=$(printf '%s\n' "$1" | packer console ..) || { echo "$value" >&2; exit 1; }
  case $value in *'<'*) echo "$1 has no value yet: set it in values.auto.pkrvars.hcl." >&2; exit 1 ;; esac
  echo "$value"
}

fetch_blob() { # URL FILE; a private blob is read with the sign-in of the az command
  echo "$1" | grep -Eiq '^https://[a-z0-9.]+\.blob\.core\.usgovcloudapi\.net/[^?]*$' &&
    az storage blob download --auth-mode login --blob-url "$1" --file "$2" --output none
}

<<<<<<< HEAD
fetch() { # URL FILE; the URL goes to curl's input, where no other user can read it
  echo "$2"
  printf 'url = "%s"\n' "$1" | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$2.part" ||
    fetch_blob "$1" "$2.part"
=======
# As Packer does: what is given by -var counts first, then the project's files of values, then the environment.
take() { # VARIABLE NAME WHAT [DEFAULT]
  value="" unread=""
  case " ${GIVEN_VARIABLES:-} " in
    *" $2 "*) ;;
    *)
      line=$(said ../*.auto.pkrvars.hcl ../*.auto.pkrvars.json 2> /dev/null | grep -E "^[[:space:]]*$2[[:space:]]*=" | tail -n 1)
      pair=$(printf '%s\n' "$line" | plain "$2")
      value=${pair#*=}
      [ -n "$pair" ] || unread=$line
      case " ${UNREAD_VARIABLES:-} " in *" $2 "*) value="" unread=$2 ;; esac
      ;;
  esac
  [ -n "$value" ] || eval "value=\${$1:-}"
  if [ -z "$value" ] && [ -n "$unread" ]; then
    echo "The value of $2 in a file of values is more than a plain text: set the environment variable $1 to what it is." >&2
    return 1
  fi
  if [ -z "$value" ]; then
    [ $# -eq 4 ] || { echo "Set the environment variable $1 first: $3" >&2 && return 1; }
    value=$4
  fi
  printf '%s' "$value"
}

PKR_VAR_scriptAccount=$(take PKR_VAR_scriptAccount scriptAccount 'URL of the file of step set up.' 'contososcripts') || exit 1

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
>>>>>>> h5
  mv "$2.part" "$2"
}

url=$(evaluate '"${local.scripts}set-up.sh"')
fetch "$url" set-up.sh
