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
fixed_id=$(last_build fixed) && extra_tags=$(last_build extra_tags) && vhd_storage_account=$(last_build vhd_storage_account) &&
  vhd_container=$(last_build vhd_container) || exit 1

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

copy_blob() { # ACCOUNT CONTAINER BLOB AZ-OPTION...: copies the VHD that Packer wrote
  account=$1 container=$2 blob=$3 && shift 3
  az storage blob copy start --auth-mode login --account-name "$account" --destination-container "$container" \
    --destination-blob "$blob" --subscription 00000000-0000-0000-0000-000000000001 --source-account-name contosodisks --source-container vhds --source-blob base.vhd \
    "$@" --output none || return
  while state=$(az storage blob show --auth-mode login --account-name "$account" --container-name "$container" --name "$blob" \
    --query properties.copy.status --output tsv) && [ "$state" = pending ]; do sleep 15; done
  [ "$state" = success ] || { echo "The copy ended: $state" >&2; return 1; }
}

output latest next_version '' --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg --gallery-name company \
  --gallery-image-definition base --location westeurope --image-version "$fixed_id" --target-regions westeurope=1 --tags $extra_tags
output anywhere copy_blob "$vhd_storage_account" "$vhd_container" anywhere.vhd
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
