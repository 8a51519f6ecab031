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
native_id=$(last_build native) && replication_regions_1=$(last_build replication_regions_1) && artifact_tags_1=$(last_build artifact_tags_1) &&
  image_name=$(last_build image_name) && location_2=$(last_build location_2) && group_2=$(last_build group_2) && who=$(last_build who) &&
  released=$(last_build released) || exit 1

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

managed_image() { # NAME REGION --subscription ID --resource-group GROUP AZ-OPTION...: replaces the image by one from a temporary disk
  image=$1 region=$2 && shift 2
  generation=$(az sig image-definition show --ids "${native_id%/versions/*}" --query hyperVGeneration --output tsv) || return
  az disk create "$1" "$2" "$3" "$4" --name "$image-disk" --location "$region" --gallery-image-reference "$native_id" --output none || return
  az image delete "$1" "$2" "$3" "$4" --name "$image"
  az image create "$@" --name "$image" --location "$region" --source "$image-disk" --os-type Linux --hyper-v-generation "$generation" --output none; outcome=$?
  az disk delete "$1" "$2" "$3" "$4" --name "$image-disk" --yes && return "$outcome"
}

output copy next_version '' --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg --gallery-name company \
  --gallery-image-definition copy --location westeurope --image-version "$native_id" --target-regions $replication_regions_1 \
  --tags $artifact_tags_1
output image managed_image "$image_name" "$location_2" --subscription 00000000-0000-0000-0000-000000000001 --resource-group "$group_2" \
  --tags "built by=${who}" "released=${released}"
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
