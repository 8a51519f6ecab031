#!/bin/sh
# Makes the outputs that Packer cannot publish, from those of the last build. Requires `az login`.
# After a failure, make only what is missing: sh distribute.sh NAME...
set -u
cd "$(dirname "$0")" || exit 1
wanted=" $* " failed=''

last_build() { # NAME: its value in the manifest of the last build; asked without the project, for its secrets would be masked
  value=$(echo "reverse(jsondecode(file(\"manifest.json\")).builds)[0].custom_data[\"$1\"]" |
    packer console --config-type=hcl2 2> /dev/null) && printf '%s\n' "$value" && return
  echo "There is no $1 in manifest.json: run packer build first. $value" >&2 && return 1
}
image_version_gallery=$(last_build image_version_gallery) || exit 1

output() { # NAME COMMAND...
  name=$1 && shift
  case $wanted in "  " | *" $name "*) ;; *) return ;; esac
  if "$@"; then echo "$name: made"; else failed="$failed $name"; fi
}

output gallery az sig image-version create --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg \
  --gallery-name company --gallery-image-definition base --gallery-image-version "$image_version_gallery" --location westeurope \
  --managed-image /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg/providers/Microsoft.Compute/images/image \
  --target-regions westeurope=1=premium_lrs northeurope=1=standard_zrs --output none
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
