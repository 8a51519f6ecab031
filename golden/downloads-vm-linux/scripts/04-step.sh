#!/bin/sh
# Downloads page.html in the build VM and puts it at its destination.
# shellcheck disable=SC2088 # the script itself takes ~ for the home
set -eu

address='https://files.contoso.com/page.html'
destination='~/'

part=$(mktemp /tmp/script_XXXXXX)
work=$(mktemp -d)
trap 'rm -rf "$part" "$work"' EXIT
trap 'exit 1' HUP INT TERM

fail() { # WHY
  echo "page.html: $1" >&2
  exit 1
}

# Why a download failed, and what to do.
why() { # STATUS of curl
  case $1 in
    1 | 47) echo 'its address leads on too often, or to one without encryption: write the address that the file has in the end' ;;
    22) echo 'the server does not give it: check the address; a private blob needs a shared access signature, or an identity in vmProfile.userAssignedIdentities' ;;
    35 | 51 | 60 | 77) echo 'the certificate of its server cannot be trusted: correct the address' ;;
    *) echo 'its server cannot be reached, or broke off: check the address and the network of the build VM' ;;
  esac
}

# Every user of a machine can read its command lines, so curl reads the address from its input.
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

once() {
  if command -v curl > /dev/null; then
    setting url "$address" |
      curl -gfsSL --config - --proto '=https' --proto-redir '=https' --max-redirs "$redirects" --retry 5 --retry-delay 5 \
        --connect-timeout 30 --speed-limit 1 --speed-time 60 -D "$work/head" -o "$part"
    return
  fi
  command -v wget > /dev/null || fail 'neither curl nor wget is in the image: install one in a step before'
  # A file, as some versions of wget wait for ever for an address from their input; nobody else can read what is in this folder.
  printf '%s\n' "$address" > "$work/address"
  wget --max-redirect "$redirects" --tries 2 --timeout 60 -S -o "$work/head" -O "$part" -i "$work/address" && status=0 || status=$?
  if grep -qi '^ *location: *http:' "$work/head"; then return 1; fi
  if [ "$status" -eq 0 ]; then return 0; fi
  if grep -q 'redirections exceeded' "$work/head"; then return 47; fi
  if grep -q '^ *HTTP/[0-9.]* 5' "$work/head"; then return 52; fi
  case $status in 4) return 7 ;; 5) return 60 ;; *) return 22 ;; esac
}

download() {
  for attempt in 1 2 3; do
    status=0
    once || status=$?
    case $status in
      0) return ;;
      7 | 18 | 52 | 56) if [ "$attempt" -lt 3 ]; then sleep 5; fi ;;
      *) break ;;
    esac
  done
  fail "not downloaded, because $(why "$status")"
}

redirects=5
download
# A server may pack what it sends.
if is_packed "$part" "$work/head"; then unpack "$part" "$work/unpacked"; fi

case $destination in '~' | '~/'*) destination=$HOME${destination#?} ;; esac
case $destination in */) destination=${destination}page.html ;; esac
if [ -d "$destination" ]; then destination=$destination/page.html; fi
chmod 644 "$part"
cp "$part" "$destination" || fail "cannot be written to $destination: choose a place in /tmp, and move it with sudo in a later step"
