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
version_1=$(last_build version_1) && copy_subscription=$(last_build copy_subscription) && copy_resource_group=$(last_build copy_resource_group) &&
  copy_gallery_name=$(last_build copy_gallery_name) && copy_gallery_image_definition=$(last_build copy_gallery_image_definition) &&
  native_id=$(last_build native) && replication_regions_1=$(last_build replication_regions_1) && artifact_tags_1=$(last_build artifact_tags_1) &&
  image_version_third=$(last_build image_version_third) || exit 1

output() { # NAME COMMAND...
  name=$1 && shift
  case $wanted in "  " | *" $name "*) ;; *) return ;; esac
  if "$@"; then echo "$name: made"; else failed="$failed $name"; fi
}

next_version() { # MAJOR AZ-OPTION...: numbered above the highest version; the first 4 options name the image definition
  version=$1 && shift
  case $version in *.*.*) ;; *)
    versions=$(az sig image-version list "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" --query '[].name' --output tsv) || return
    last=$(echo "$versions" | grep "^${version:-[0-9]*}[.]" | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
    if [ -n "$last" ]; then version=${last%.*}.$((${last##*.} + 1)); else version=${version:-0}.0.1; fi ;;
  esac
  az sig image-version create "$@" --gallery-image-version "$version" --output none
}

output copy next_version "$version_1" --subscription "$copy_subscription" --resource-group "$copy_resource_group" \
  --gallery-name "$copy_gallery_name" --gallery-image-definition "$copy_gallery_image_definition" --location westeurope \
  --image-version "$native_id" --target-regions $replication_regions_1 --tags $artifact_tags_1
output third az sig image-version create --subscription "$copy_subscription" --resource-group "$copy_resource_group" \
  --gallery-name "$copy_gallery_name" --gallery-image-definition "$copy_gallery_image_definition" \
  --gallery-image-version "$image_version_third" --location westeurope --image-version "$native_id" --target-regions westeurope=1 \
  --output none
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
