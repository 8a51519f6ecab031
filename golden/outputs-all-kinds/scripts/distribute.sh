#!/bin/sh
# Makes the outputs that one build VM does not make by itself, from those that it made, with az: in the template's order,
# each with its own tags and regions. Packer runs this after the build; az must be signed in where it runs (az login).
# An output that fails does not hold up the others. `sh scripts/distribute.sh`, by hand, goes on with the same build
# afterwards: what it made stays, what is missing is made. What became of each output: run-outputs.json.
# shellcheck disable=SC1112,SC2016,SC2086,SC2154 # live lists are split at their line feeds only; what is live comes from the state file
set -fu
IFS='
'
umask 077
cd "$(dirname "$0")/.." || exit 1
command -v az > /dev/null || { echo "az is not on PATH: install the Azure CLI and sign in (az login)." >&2; exit 1; }

state=distribute.state
keep() { # NAME VALUE: for this run and the next ones
  printf "%s='%s'\n" "$1" "$(printf '%s' "$2" | sed "s/'/'\\\\''/g")" >> "$state"
}

if [ -n "${PACKER_RUN_UUID:-}" ] && ! grep -qsxF "run='$PACKER_RUN_UUID'" "$state"; then
  : > "$state"
  keep run "$PACKER_RUN_UUID"
  keep PKR_VAR_image_version_gallery_a "${PKR_VAR_image_version_gallery_a}"
  keep OUTPUT_3 "${OUTPUT_3}"
  keep OUTPUT_0 "${OUTPUT_0}"
  keep OUTPUT_2 "${OUTPUT_2}"
elif [ ! -f "$state" ]; then
  echo "Packer runs this script after a build, and there has been none here yet." >&2
  exit 1
fi
# shellcheck source=/dev/null
. "./$state"
if [ -n "${DISTRIBUTE_LATER:-}" ]; then
  echo "The other outputs are made later: DISTRIBUTE_LATER is set."
  exit 0
fi

call() { # COMMAND...: az, without what it prints
  az "$@" --only-show-errors --output none
}

ask() { # QUERY COMMAND...: what az says; nothing where the thing is not there
  query=$1
  shift
  az "$@" --query "$query" --output tsv 2> /dev/null | tr -d '\r'
}
provisioning='provisioningState || properties.provisioningState'

results=
failed=
report() { # STATE: of the output at hand
  results="$results$name	$1	$id
"
  printf '%s: %s %s\n' "$name" "$1" "$id"
}

made() { # NAME ID: by the build VM itself
  name=$1 id=$2
  report Succeeded
}

output() { # NUMBER NAME FUNCTION ARGUMENT...
  number=$1 name=$2 id='-'
  shift 2
  eval "begun=\${begun_$number:-}"
  if "$@"; then
    report Succeeded
  else
    report Failed
    failed="$failed $name"
  fi
}

begin() { # ID: what is found under it from now on was made from this build
  id=$1
  [ "$begun" = "$id" ] || keep "begun_$number" "$id"
  begun=$id
}

finish() {
  tab='	'
  separator=
  {
    printf '['
    for line in $results; do
      what=${line#*"$tab"}
      case ${what#*"$tab"} in https:*) key=artifactUri ;; *) key=artifactId ;; esac
      printf '%s\n  {"name": "%s", "provisioningState": "%s", "%s": "%s"}' "$separator" \
        "${line%%"$tab"*}" "${what%%"$tab"*}" "$key" "$(printf '%s' "${what#*"$tab"}" | sed 's/[\\"]/\\&/g')"
      separator=,
    done
    printf '\n]\n'
  } > run-outputs.json.part
  mv run-outputs.json.part run-outputs.json
  printf 'Run outputs:\n'
  for line in $results; do
    what=${line#*"$tab"}
    printf '  %-20s %-10s %s\n' "${line%%"$tab"*}" "${what%%"$tab"*}" "${what#*"$tab"}"
  done
  if [ -n "$failed" ]; then
    printf 'Not made:%s. The reason stands above; `sh scripts/distribute.sh` goes on when it is gone.\n' "$failed" >&2
    exit 1
  fi
}
trap 'report Canceled; failed="$failed $name"; finish' HUP INT TERM

version_number() { # SUBSCRIPTION GROUP GALLERY DEFINITION VERSION: the number that `latest`, `latest:MAJOR` or `clock` stands for
  case $5 in
    latest*)
      major=${5#latest}
      major=${major#:}
      [ "$major" != -1 ] || major=
      versions=$(az sig image-version list --subscription "$1" -g "$2" -r "$3" -i "$4" --query '[].name' --output tsv) || return 1
      highest=$(printf '%s\n' "$versions" | tr -d '\r' | grep "^${major:-[0-9]*}[.]" | sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)
      ;;
    clock) major=0 highest= ;;
    *) echo "$5" && return ;;
  esac
  if [ -n "$highest" ]; then
    echo "${highest%.*}.$((${highest##*.} + 1))"
  else
    seconds=$(date +%s)
    echo "${major:-0}.$((seconds / 65536)).$((seconds % 65536))"
  fi
}

gallery_version() { # SUBSCRIPTION GROUP GALLERY DEFINITION VERSION OPTION...
  version=${begun##*/}
  [ -n "$version" ] || version=$(version_number "$@") || return 1
  id=/subscriptions/$1/resourceGroups/$2/providers/Microsoft.Compute/galleries/$3/images/$4/versions/$version
  found=$(ask "$provisioning" sig image-version show --subscription "$1" -g "$2" -r "$3" -i "$4" -e "$version")
  if [ -n "$found" ] && [ "$begun" != "$id" ]; then
    echo "$name: the version $version exists, and this build did not make it: delete it, or give another version." >&2
    return 1
  fi
  begin "$id"
  case $found in
    Succeeded) return ;;
    Creating | Updating) call sig image-version wait --created --subscription "$1" -g "$2" -r "$3" -i "$4" -e "$version" && return ;;
  esac
  subscription=$1 group=$2 gallery=$3 definition=$4
  shift 5
  call sig image-version create --subscription "$subscription" -g "$group" -r "$gallery" -i "$definition" -e "$version" "$@"
}

of_version() { # COMMAND...: az, about the version that the others are made from
  command=$1
  shift
  call sig image-version "$command" --subscription "$version_subscription" -g "$version_group" -r "$version_gallery" \
    -i "$version_definition" "$@"
}

# A disk can be made where the version has a copy. Elsewhere a version that lives for a moment, never the latest, brings it there.
bring() { # REGION
  from=$version_id
  regions=$(ask 'publishingProfile.targetRegions[].name || properties.publishingProfile.targetRegions[].name' \
    sig image-version show --subscription "$version_subscription" -g "$version_group" -r "$version_gallery" \
    -i "$version_definition" -e "${version_id##*/}" | tr -d ' ' | tr '[:upper:]' '[:lower:]')
  for copied_to in "$build_region" $regions; do
    [ "$copied_to" != "$1" ] || return 0
  done
  brought=0.0.$(($(printf '%s' "$run $number" | cksum | cut -d ' ' -f 1) % 2147483647))
  from=${version_id%/*}/$brought
  of_version show -e "$brought" 2> /dev/null || of_version create -e "$brought" -l "$build_region" --image-version "$version_id" \
    --target-regions "$build_region=1" "$1=1" --exclude-from-latest true
}

new_disk() { # SUBSCRIPTION GROUP REGION: with the content of the version
  disk=image-${run%%-*}-$number disk_subscription=$1 disk_group=$2
  bring "$3" &&
    call disk create --subscription "$1" -g "$2" -n "$disk" -l "$3" --gallery-image-reference "$from" && return
  drop_version
  return 1
}

drop_disk() {
  call disk delete --subscription "$disk_subscription" -g "$disk_group" -n "$disk" --yes ||
    echo "$name: delete the disk $disk in $disk_group yourself." >&2
  drop_version
}

drop_version() {
  [ "$from" = "$version_id" ] || of_version delete -e "${from##*/}" ||
    echo "$name: delete the version ${from##*/} of $version_definition yourself." >&2
}

managed_image() { # SUBSCRIPTION GROUP IMAGE REGION OPTION...
  subscription=$1 group=$2 image=$3 region=$4
  shift 4
  id=/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.Compute/images/$image
  there=$(ask "$provisioning" image show --subscription "$subscription" -g "$group" -n "$image")
  if [ "$begun" = "$id" ] && [ "$there" = Succeeded ]; then return; fi
  generation=$(ask 'hyperVGeneration || properties.hyperVGeneration' sig image-definition show \
    --subscription "$version_subscription" -g "$version_group" -r "$version_gallery" -i "$version_definition")
  new_disk "$subscription" "$group" "$region" || return 1
  # As Image Builder does: an older image of that name gives way.
  { [ -z "$there" ] || call image delete --subscription "$subscription" -g "$group" -n "$image"; } && begin "$id" &&
    call image create --subscription "$subscription" -g "$group" -n "$image" -l "$region" \
      --source "/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.Compute/disks/$disk" \
      --hyper-v-generation "${generation:-V1}" "$@"
  result=$?
  drop_disk
  return "$result"
}

copied() { # ACCOUNT CONTAINER BLOB: waits until the copy has ended, four hours at most
  for _ in $(seq 960); do
    copy=$(ask properties.copy.status storage blob show --auth-mode login --account-name "$1" --container-name "$2" -n "$3")
    [ "$copy" = pending ] || break
    sleep 15
  done
  [ "$copy" = success ]
}

copy_blob() { # ACCOUNT CONTAINER BLOB OPTION...
  account=$1 container=$2 blob=$3
  shift 3
  id=https://$account.blob.core.windows.net/$container/$blob
  call storage blob copy start --auth-mode login --account-name "$account" --destination-container "$container" \
    --destination-blob "$blob" "$@" || return 1
  begin "$id"
  copied "$account" "$container" "$blob" || { echo "$name: the copy to $id ended without success." >&2 && return 1; }
}

is_copied() { # ACCOUNT CONTAINER BLOB: by this build, before
  id=https://$1.blob.core.windows.net/$2/$3
  [ "$begun" = "$id" ] && copied "$@"
}

vhd() { # ACCOUNT CONTAINER BLOB OPTION...: from a disk
  if is_copied "$1" "$2" "$3"; then return; fi
  new_disk "$version_subscription" "$version_group" "$build_region" || return 1
  access=$(ask 'accessSas || accessSAS' disk grant-access --subscription "$version_subscription" -g "$version_group" -n "$disk" \
    --access-level Read --duration-in-seconds 86400)
  copy_blob "$@" --source-uri "$access"
  result=$?
  call disk revoke-access --subscription "$version_subscription" -g "$version_group" -n "$disk"
  drop_disk
  return "$result"
}

build_region='westeurope'
version_id="${OUTPUT_2}"
version_subscription='00000000-0000-0000-0000-000000000001'
version_group='gallery-rg'
version_gallery='company'
version_definition='second'

made disk-b "$OUTPUT_0"
output 1 image-b managed_image 00000000-0000-0000-0000-000000000001 images-rg image-b northeurope \
  --os-type Linux
made gallery-b "$OUTPUT_2"
made image-a "$OUTPUT_3"
output 4 gallery-a gallery_version 00000000-0000-0000-0000-000000000001 gallery-rg company base "$PKR_VAR_image_version_gallery_a" \
  --location westeurope \
  --managed-image "$OUTPUT_3" \
  --target-regions westeurope=1
output 5 disk-a vhd contosodisks vhds a.vhd
finish
