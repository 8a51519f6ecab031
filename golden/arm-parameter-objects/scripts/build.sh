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
  if "$each" --foreground -s INT -k 1 9 true 2> /dev/null; then timer=$each && break; fi
done
[ -n "$timer" ] || echo "There is no GNU timeout on PATH (macOS: brew install coreutils): the run has no time limit." >&2

within() { # COMMAND...: in the time that is left
  left=$((end - $(date +%s)))
  code=1
  if [ "$left" -gt 0 ]; then
    code=0
    ${timer:+"$timer" --foreground -s INT -k 15m "$left"} "$@" || code=$?
  fi
  [ "$(date +%s)" -lt "$end" ] || echo "The run was to end after $minutes minutes (RUN_MINUTES changes that)." >&2
  return "$code"
}

packer init .
# versioning: the next version is counted from those that exist.
existing=$(az sig image-version list --subscription 00000000-0000-0000-0000-000000000001 -g gallery-rg -r company -i one --query '[].name' --output json --only-show-errors)
set -- -var "existing_versions=$existing" "$@"
export DISTRIBUTE_LATER=yes # what az makes comes at the end
within packer build -on-error=cleanup "$@" .

unset DISTRIBUTE_LATER
within sh scripts/distribute.sh
