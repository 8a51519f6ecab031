#!/bin/sh
# The whole run, as Image Builder does it after a template is started. What you add goes to `packer build`:
# sh scripts/build.sh -var name=value (files that you name are looked for from the folder of the project)
set -eu
cd "$(dirname "$0")/.."

# Values that are given by -var count for the whole run.
previous=
for word in "$@"; do
  [ "$previous" != -var ] || word=-var=$word
  previous=$word
  case $word in -var=*=*) ;; *) continue ;; esac
  word=${word#-var=}
  export "PKR_VAR_$(printf '%s' "${word%%=*}" | tr - _)=${word#*=}"
done

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
packer init validate
packer validate validate # what it lacks should be known before the image is built
within packer build -on-error=cleanup -var unvalidated=true "$@" .

# The validators, in a VM of their own.
within packer build -on-error=cleanup validate || {
  code=$?
  echo "The validators did not pass, so the run ends here; MIGRATION.md says how to take back what the build has made." >&2
  exit "$code"
}
# The one gallery version that the last build has made may be the latest now.
version=$(grep -o '/subscriptions/[^"]*/galleries/[^"]*/versions/[0-9.]*' manifest.json | tail -n 1)
az sig image-version update --ids "$version" --set publishingProfile.excludeFromLatest=false --only-show-errors --output none
