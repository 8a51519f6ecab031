#!/bin/sh
# The whole run, as Image Builder does it after a template is started. What you add goes to `packer build`:
# sh scripts/build.sh -var name=value (files that you name are looked for from the folder of the project)
set -eu
cd "$(dirname "$0")/.."

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

within packer init .
within packer build -on-error=cleanup -force "$@" . # -force: an image of that name gives way, as in Image Builder
