#!/bin/sh
# Downloads setup.sh in the build VM, checks it and runs it under its own first line, from /tmp, as Image Builder does.
set -eu

address=$DOWNLOAD_ADDRESS
sha256='2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
identity=$DOWNLOAD_IDENTITY
unset DOWNLOAD_ADDRESS DOWNLOAD_IDENTITY

part=$(mktemp /tmp/script_XXXXXX)
work=$(mktemp -d)
trap 'rm -rf "$part" "$work"' EXIT
trap 'exit 1' HUP INT TERM

fail() { # WHY
  echo "setup.sh: $1" >&2
  exit 1
}

# Why a download failed, and what to do.
why() { # STATUS of curl
  case $1 in
    1 | 47) echo 'its address leads on too often, or to one without encryption: write the address that the file has in the end' ;;
    22) echo 'the server does not give it: check the address, and that the identity of the build VM has the role Storage Blob Data Reader on it' ;;
    35 | 51 | 60 | 77) echo 'the certificate of its server cannot be trusted: correct the address' ;;
    *) echo 'its server cannot be reached, or broke off: check the address and the network of the build VM' ;;
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

once() { # [HEADER...]
  if command -v curl > /dev/null; then
    settings "$address" "$@" |
      curl -gfsSL --config - --proto '=https' --proto-redir '=https' --max-redirs "$redirects" --retry 5 --retry-delay 5 \
        --connect-timeout 30 --speed-limit 1 --speed-time 60 -D "$work/head" -o "$part"
    return
  fi
  command -v wget > /dev/null || fail 'neither curl nor wget is in the image: install one in a step before'
  # A file, as some versions of wget wait for ever for an address from their input; nobody else can read what is in this folder.
  printf '%s\n' "$address" > "$work/address"
  : > "$work/options"
  for header; do printf 'header = %s\n' "$header" >> "$work/options"; done
  if [ $# -gt 0 ]; then set -- --config "$work/options"; fi
  wget "$@" --max-redirect "$redirects" --tries 2 --timeout 60 -S -o "$work/head" -O "$part" -i "$work/address" && status=0 || status=$?
  if grep -qi '^ *location: *http:' "$work/head"; then return 1; fi
  if [ "$status" -eq 0 ]; then return 0; fi
  if grep -q 'redirections exceeded' "$work/head"; then return 47; fi
  if grep -q '^ *HTTP/[0-9.]* 5' "$work/head"; then return 52; fi
  case $status in 4) return 7 ;; 5) return 60 ;; *) return 22 ;; esac
}

download() { # [HEADER...]
  for attempt in 1 2 3; do
    status=0
    once "$@" || status=$?
    case $status in
      0) return ;;
      7 | 18 | 52 | 56) if [ "$attempt" -lt 3 ]; then sleep 5; fi ;;
      *) break ;;
    esac
  done
  fail "not downloaded, because $(why "$status")"
}

token() {
  from="http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&msi_res_id=$identity"
  if command -v curl > /dev/null; then
    curl -fsS --noproxy '*' --retry 5 --retry-delay 5 -H Metadata:true "$from"
  else
    wget -q --no-proxy --tries 5 --header Metadata:true -O - "$from"
  fi | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'
}

if is_private_blob "$address"; then
  token=$(token)
  [ -n "$token" ] || fail 'the identity of the build VM got no token: check that vmProfile.userAssignedIdentities is on the VM'
  redirects=0
  download "Authorization: Bearer $token" 'x-ms-version: 2020-10-02'
else
  redirects=5
  download
fi
# A server may pack what it sends; the checksum tells whether the file is meant as it was sent.
if ! is_right "$part" "$sha256" && is_packed "$part" "$work/head"; then unpack "$part" "$work/unpacked"; fi
is_right "$part" "$sha256" || fail 'the download is not the file that the template names: look at it, or correct sha256Checksum'

# As Packer uploads a script: with the line ends of Linux; what has no first line of its own runs in the login shell.
sed -i "s/$(printf '\r')\$//" "$part"
chmod 755 "$part"
status=0
if [ "$(head -c 2 "$part")" = '#!' ]; then "$part" || status=$?; else "${SHELL:-/bin/sh}" "$part" || status=$?; fi
exit "$status"
