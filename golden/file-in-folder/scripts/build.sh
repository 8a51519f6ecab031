#!/bin/sh
# The whole run, as Image Builder does it after a template is started. What you add goes to `packer build`:
# sh scripts/build.sh -var name=value (files that you name are looked for from the folder of the project)
set -eu
cd "$(dirname "$0")/.."

# What files of values say at their top, a line each as HCL has it, also where they are JSON; of lists and objects the name.
said() { # FILE...
  for each; do
    case $each in *.json) depth=-1 ;; *) depth=0 ;; esac
    awk -v depth="$depth" '
      function shown(c) { # outside of quotes
        if (index("{[(", c)) { depth++; return "" }
        if (index("}])", c)) { depth--; return "" }
        return c == "\r" ? "" : c == "," && depth == 0 ? "\n" : c
      }
      {
        quoted = 0
        for (at = 1; at <= length($0); at++) {
          c = substr($0, at, 1)
          if (!quoted && (c == "#" || substr($0, at, 2) == "//")) break
          if (c == "\"") quoted = !quoted
          else if (quoted && c == "\\") c = substr($0, at++, 2)
          else if (!quoted) c = shown(c)
          if (depth == 0) printf "%s", c
        }
        if (depth <= 0) print ""
      }' "$each" | sed 's/^[[:space:]]*"\([A-Za-z_][A-Za-z0-9_-]*\)"[[:space:]]*:/\1 =/'
  done
}

# Of such lines those whose value is a plain text or word, as NAME=VALUE: without escapes and templates, of which Packer makes others.
plain() { # NAME (a pattern)
  sed -n -E -e "s/^[[:space:]]*($1)[[:space:]]*=[[:space:]]*\"(([^\"\\\\\$%]|[\$%]+[^\"\\\\\$%{])*[\$%]*)\"[[:space:]]*\$/\1=\2/p" -e t \
    -e "s/^[[:space:]]*($1)[[:space:]]*=[[:space:]]*([0-9A-Za-z]+)[[:space:]]*\$/\1=\2/p"
}

# Values that are given by -var and -var-file count for the whole run.
GIVEN_VARIABLES=
give() { # NAME VALUE
  export "PKR_VAR_$(printf '%s' "$1" | tr - _)=$2" "GIVEN_VARIABLES=$GIVEN_VARIABLES $1"
}

given_by_file() { # FILE
  export "UNREAD_VARIABLES=${UNREAD_VARIABLES:-} $(said "$1" | sed -n -E 's/^[[:space:]]*([A-Za-z_][A-Za-z0-9_-]*)[[:space:]]*=.*/\1/p' | tr '\n' ' ')"
  while IFS= read -r pair; do
    [ -z "$pair" ] || give "${pair%%=*}" "${pair#*=}"
  done << END
$(said "$1" | plain '[A-Za-z_][A-Za-z0-9_-]*')
END
}

option=
for word; do # both as one word
  shift
  case $word in
    -var | -var-file) option=$word= && continue ;;
    *) set -- "$@" "$option$word" ;;
  esac
  option=
done
for word; do
  case $word in -var-file=*) given_by_file "${word#-var-file=}" ;; esac
done
for word; do
  case $word in -var=*=*) pair=${word#-var=} && give "${pair%%=*}" "${pair#*=}" ;; esac
done

# buildTimeoutInMinutes: the whole run. Packer is asked to stop and clean up, and has 15 minutes for it.
minutes=${RUN_MINUTES:-240}
end=$(($(date +%s) + minutes * 60))
timer=
for each in timeout gtimeout; do
  if "$each" --foreground -k 1 9 true 2> /dev/null; then timer=$each && break; fi
done
[ -n "$timer" ] || echo "There is no GNU timeout on PATH (macOS: brew install coreutils): the run has no time limit." >&2

# Who ends this script ends what it runs: Packer, which heeds TERM only, cleans up first.
child=
stopped=
trap 'stopped=yes; [ -z "$child" ] || kill "$child"' HUP INT TERM
exec 3<&0

within() { # COMMAND...: in the time that is left
  left=$((end - $(date +%s)))
  code=1
  if [ "$left" -gt 0 ] && [ -z "$stopped" ]; then
    ${timer:+"$timer" --foreground -k 15m "$left"} "$@" <&3 &
    child=$!
    code=0
    wait "$child" || code=$?
    while kill -0 "$child" 2> /dev/null; do code=0 && wait "$child" || code=$?; done
    child=
    [ -z "$stopped" ] || code=130
  fi
  [ "$(date +%s)" -lt "$end" ] || echo "The run was to end after $minutes minutes (RUN_MINUTES changes that)." >&2
  return "$code"
}

within sh scripts/fetch.sh
within packer init .
within packer build -on-error=cleanup -force "$@" . # -force: an image of that name gives way, as in Image Builder
