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
vhd_storage_account=$(last_build vhd_storage_account) && vhd_container=$(last_build vhd_container) || exit 1

output() { # NAME COMMAND...
  name=$1 && shift
  case $wanted in "  " | *" $name "*) ;; *) return ;; esac
  if "$@"; then echo "$name: made"; else failed="$failed $name"; fi
}

copy_blob() { # ACCOUNT CONTAINER BLOB AZ-OPTION...: copies the VHD that Packer wrote
  account=$1 container=$2 blob=$3 && shift 3
  az storage blob copy start --auth-mode login --account-name "$account" --destination-container "$container" \
    --destination-blob "$blob" --subscription 00000000-0000-0000-0000-000000000000 --source-account-name contosodisks --source-container images --source-blob clerks.vhd \
    "$@" --output none || return
  while state=$(az storage blob show --auth-mode login --account-name "$account" --container-name "$container" --name "$blob" \
    --query properties.copy.status --output tsv) && [ "$state" = pending ]; do sleep 15; done
  [ "$state" = success ] || { echo "The copy ended: $state" >&2; return 1; }
}

output clerks-spare copy_blob "$vhd_storage_account" "$vhd_container" clerks-spare.vhd
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
