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

versions_are_given() {
  case "${PKR_VAR_existing_versions:-} $*" in \[* | *existing_versions=*) return ;; esac
  for word in *.auto.pkrvars.hcl *.auto.pkrvars.json "$@"; do
    case $word in -var-file=*) word=${word#-var-file=} ;; -*) continue ;; esac
    if [ -f "$word" ] && said "$word" | grep -q '^ *existing_versions *='; then return; fi
  done
  return 1
}

versions_are_given "$@" || {
  echo "The next version is counted from those that exist, but the template computes where: add -var 'existing_versions=[...]'." >&2
  exit 1
}
within packer init .
export DISTRIBUTE_LATER=yes # what az makes comes at the end
within packer build -on-error=cleanup "$@" .

unset DISTRIBUTE_LATER
within sh scripts/distribute.sh
