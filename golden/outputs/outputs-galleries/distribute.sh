#!/bin/sh
# Makes the outputs that Packer cannot publish, from those of the last build. Requires `az login`.
# After a failure, make only what is missing: sh distribute.sh NAME...
# shellcheck disable=SC2016 # texts of the template
set -u
cd "$(dirname "$0")" || exit 1
wanted=" $* " failed=''

last_build() { # NAME: its value in the manifest of the last build; asked without the project, for its secrets would be masked
  value=$(echo "reverse(jsondecode(file(\"manifest.json\")).builds)[0].custom_data[\"$1\"]" |
    packer console --config-type=hcl2 2> /dev/null) && printf '%s\n' "$value" && return
  echo "There is no $1 in manifest.json: run packer build first. $value" >&2 && return 1
}
native_id=$(last_build native) && image_version_fixed=$(last_build image_version_fixed) || exit 1

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

output latest next_version 2 --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg --gallery-name company \
  --gallery-image-definition latest --location westeurope --image-version "$native_id" --target-regions westeurope=1=standard_lrs \
  northeurope=3=premium_lrs uksouth=1=standard_zrs --exclude-from-latest true --tags 'cost centre=4711' 'owner=team'\''s own; `id` "x"'
output shallow next_version '' --subscription 00000000-0000-0000-0000-000000000002 --resource-group gallery-rg --gallery-name company \
  --gallery-image-definition quick --location westeurope --image-version "$native_id" --target-regions westeurope=1 \
  --replication-mode Shallow
output fixed az sig image-version create --subscription 00000000-0000-0000-0000-000000000001 --resource-group gallery-rg \
  --gallery-name company --gallery-image-definition frozen --gallery-image-version "$image_version_fixed" --location westeurope \
  --image-version "$native_id" --target-regions westeurope=1 francecentral=1 --storage-account-type Standard_ZRS --output none
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
