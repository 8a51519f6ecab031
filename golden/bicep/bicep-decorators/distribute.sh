#!/bin/sh
# Makes the outputs that Packer cannot publish, from those of the last build. Requires `az login`.
# After a failure, make only what is missing: sh distribute.sh NAME...
# shellcheck disable=SC2086 # a list becomes one word for each of its items
set -fu
cd "$(dirname "$0")" || exit 1
wanted=" $* " failed=''
IFS=$(printf '\036') # between the items of a list

last_build() { # NAME: its value in the manifest of the last build; asked without the project, for its secrets would be masked
  value=$(echo "reverse(jsondecode(file(\"manifest.json\")).builds)[0].custom_data[\"$1\"]" |
    packer console --config-type=hcl2 2> /dev/null) && printf '%s\n' "$value" && return
  echo "There is no $1 in manifest.json: run packer build first. $value" >&2 && return 1
}
image_version=$(last_build image_version) && agent_subscription=$(last_build agent_subscription) &&
  agent_resource_group=$(last_build agent_resource_group) && agent_gallery_name=$(last_build agent_gallery_name) &&
  agent_gallery_image_definition=$(last_build agent_gallery_image_definition) && target_regions_0=$(last_build target_regions_0) || exit 1

output() { # NAME COMMAND...
  name=$1 && shift
  case $wanted in "  " | *" $name "*) ;; *) return ;; esac
  if "$@"; then echo "$name: made"; else failed="$failed $name"; fi
}

output agent az sig image-version update --subscription "$agent_subscription" --resource-group "$agent_resource_group" \
  --gallery-name "$agent_gallery_name" --gallery-image-definition "$agent_gallery_image_definition" --gallery-image-version "$image_version" \
  --target-regions $target_regions_0 --output none
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
