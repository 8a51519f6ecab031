#!/bin/sh
# Makes the outputs that Packer cannot publish, from those of the last build. Requires `az login`.
# After a failure, make only what is missing: sh distribute.sh NAME...
# shellcheck disable=SC1112,SC2016 # texts of the template
set -u
cd "$(dirname "$0")" || exit 1
wanted=" $* " failed=''

output() { # NAME COMMAND...
  name=$1 && shift
  case $wanted in "  " | *" $name "*) ;; *) return ;; esac
  if "$@"; then echo "$name: made"; else failed="$failed $name"; fi
}

output image az tag update \
  --resource-id /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg/providers/Microsoft.Compute/images/image \
  --operation Merge --tags tier=gold only=here 'owner=Zoë’s & Søren'\''s "team" $x `y`' --output none
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
