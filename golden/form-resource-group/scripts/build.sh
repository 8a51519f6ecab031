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

need() { # VARIABLE WHAT
  echo "Set the environment variable $1 first: $2" >&2
  exit 1
}

[ -n "${PKR_VAR_subscription_id:-}" ] || need PKR_VAR_subscription_id 'Subscription to build in; in the template: subscription().'
[ -n "${PKR_VAR_resource_group_name:-}" ] || need PKR_VAR_resource_group_name 'Resource group that the template was deployed to; in the template: resourceGroup().'
[ -n "${PKR_VAR_galleryName:-}" ] || need PKR_VAR_galleryName 'Gallery that gets the image.'

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
existing=$(az sig image-version list --subscription "$PKR_VAR_subscription_id" -g "$PKR_VAR_resource_group_name" -r "$PKR_VAR_galleryName" -i ubuntu-base --query '[].name' --output json --only-show-errors)
set -- -var "existing_versions=$existing" "$@"
within packer build -on-error=cleanup "$@" .
