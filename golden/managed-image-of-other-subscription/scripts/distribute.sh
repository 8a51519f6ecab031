#!/bin/sh
# Makes the outputs that one build VM does not make by itself, from those that it made, with az: in the template's order,
# each with its own tags and regions. Packer runs this after the build; az must be signed in where it runs (az login).
# An output that fails does not hold up the others. `sh scripts/distribute.sh`, by hand, goes on with the same build
# afterwards: what it made stays, what is missing is made. What became of each output: run-outputs.json, manifest.json.
# shellcheck disable=SC1112,SC2016,SC2046,SC2086,SC2154 # live lists are split at IFS on purpose; what is live comes from the state file
set -fu
IFS=$(printf '\036') # in no text, while a tag may have blanks and line feeds
umask 077
cd "$(dirname "$0")/.." || exit 1
command -v az > /dev/null || { echo "az is not on PATH: install the Azure CLI and sign in (az login)." >&2; exit 1; }

state=distribute.state
rm -f "$state.access" # of a run that was killed
keep() { # NAME VALUE: a line of the state, for this run and the next ones
  kept=$(printf '%s.' "$2" | sed "s/'/'\\\\''/g") # the dot keeps line feeds at the end
  printf "%s='%s'\n" "$1" "${kept%.}"
}

if [ -n "${PACKER_RUN_UUID:-}" ] && ! grep -qsxF "run='$PACKER_RUN_UUID'" "$state"; then
  rm -f run-outputs.json
  {
    keep run "$PACKER_RUN_UUID"
    keep OUTPUT_1 "${OUTPUT_1}"
  } > "$state.part"
  mv "$state.part" "$state"
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

running=
cancelled=
trap 'cancelled=yes; [ -z "$running" ] || pkill -P "$running" || kill "$running"' HUP INT TERM # az may be a script itself

quietly() { # COMMAND...: az, without what it prints; it ends when this script is to end
  az "$@" --only-show-errors --output none &
  running=$!
  code=0
  wait "$running" || code=$?
  running=
  return "$code"
}

call() { # COMMAND...: the same, but nothing is begun any more when this script is to end
  [ -z "$cancelled" ] && quietly "$@"
}

ask() { # QUERY COMMAND...: what az says; nothing where the thing is not there: exit code 3, or NotFound
  query=$1
  shift
  code=0
  answer=$(az "$@" --query "$query" --only-show-errors --output tsv 2> "$state.error") || code=$?
  case $code in
    0) printf '%s\n' "$answer" | tr -d '\r' ;;
    3) ;;
    *) grep -q NotFound "$state.error" || { cat "$state.error" >&2; return 1; } ;;
  esac
}
provisioning='provisioningState || properties.provisioningState'

results=
failed=
report() { # STATE: of the output at hand
  results="$results$name	$1	$id$IFS"
  [ "$1" = Succeeded ] || failed="$failed $name"
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
  outcome=Failed
  if [ -z "$cancelled" ] && "$@"; then outcome=Succeeded; elif [ -n "$cancelled" ]; then outcome=Canceled; fi
  report "$outcome"
}

begin() { # ID: what is found under it from now on was made from this build
  id=$1
  [ "$begun" = "$id" ] || keep "begun_$number" "$id" >> "$state"
  begun=$id
}

tab='	'
quoted() { # TEXT: for JSON
  printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"
}

run_outputs() { # as JSON
  separator=
  printf '['
  for line in $results; do
    what=${line#*"$tab"}
    case ${what#*"$tab"} in https:*) key=artifactUri ;; *) key=artifactId ;; esac
    printf '%s\n  {"name": %s, "provisioningState": "%s", "%s": %s}' "$separator" \
      "$(quoted "${line%%"$tab"*}")" "${what%%"$tab"*}" "$key" "$(quoted "${what#*"$tab"}")"
    separator=,
  done
  printf '\n]\n'
}

# Packer's manifest names what the build VM made, the last build last; that one gets the others, too.
manifest() {
  for line in $results; do
    case $line in *"${tab}Succeeded$tab"*) printf '%s: %s,\n' "$(quoted "${line%%"$tab"*}")" "$(quoted "${line##*"$tab"}")" ;; esac
  done > "$state.made"
  awk -v made="$state.made" '
    function key(line) { sub(/^ */, "", line); sub(/": .*/, "", line); return line }
    { lines[NR] = $0 }
    $0 == "      \"custom_data\": {" { start = NR }
    END {
      for (at = start + 1; start && lines[at] !~ /^      \}/; at++) known[key(lines[at])] = 1
      for (at = 1; at <= NR; at++) {
        print lines[at]
        if (at == start) while ((getline line < made) > 0) if (!(key(line) in known)) print "        " line
      }
    }' manifest.json > "$state.part" && cat "$state.part" > manifest.json
}

finish() {
  run_outputs > "$state.part"
  mv "$state.part" run-outputs.json
  if [ -f manifest.json ]; then manifest; fi
  rm -f "$state.part" "$state.made" "$state.error"
  printf 'Run outputs:\n'
  for line in $results; do
    what=${line#*"$tab"}
    printf '  %-20s %-10s %s\n' "${line%%"$tab"*}" "${what%%"$tab"*}" "${what#*"$tab"}"
  done
  if [ -n "$cancelled" ]; then
    why='The run was broken off; `sh scripts/distribute.sh` goes on.'
  else
    why='The reason stands above; `sh scripts/distribute.sh` goes on when it is gone.'
  fi
  [ -z "$failed" ] || { printf 'Not made:%s. %s\n' "$failed" "$why" >&2; exit 1; }
  [ ! -f "$temporary" ] || exit 1
}

# Disks and versions that live for a moment only: their ids are kept until they are deleted, the newest first.
temporary=distribute.temporary
remember() { # ID: not when this script is to end, since nothing is begun then
  [ -z "$cancelled" ] || return 1
  { echo "$1"; grep -svxF "$1" "$temporary"; } > "$temporary.part"
  mv "$temporary.part" "$temporary"
}

drop() { # ID: succeeds if it is gone, or was before (exit code 3)
  code=0
  case $1 in
    */disks/*) quietly disk delete --ids "$1" --yes ;;
    *) quietly sig image-version delete --ids "$1" ;;
  esac
  [ "$code" = 0 ] || [ "$code" = 3 ]
}

drop_temporary() {
  [ -f "$temporary" ] || return 0
  for each in $(tr '\n' "$IFS" < "$temporary"); do
    if drop "$each"; then continue; fi
    echo "$each could not be deleted: delete it yourself, or run this script again." >&2
    echo "$each"
  done > "$temporary.part"
  mv "$temporary.part" "$temporary"
  [ -s "$temporary" ] || rm "$temporary"
}

# A disk can be made where the version has a copy. Elsewhere a version that lives for a moment, never the latest, brings it there.
bring() { # REGION
  from=$version_id
  regions=$(ask 'publishingProfile.targetRegions[].name || properties.publishingProfile.targetRegions[].name' \
    sig image-version show --ids "$version_id") || return 1
  for copied_to in "$build_region" $(printf '%s\n' "$regions" | tr -d ' ' | tr '[:upper:]\n' "[:lower:]$IFS"); do
    [ "$copied_to" != "$1" ] || return 0
  done
  from=${version_id%/*}/0.0.$(($(printf '%s' "$run $number" | cksum | cut -d ' ' -f 1) % 2147483647))
  remember "$from" && call sig image-version create --subscription "$version_subscription" -g "$version_group" -r "$version_gallery" \
    -i "$version_definition" -e "${from##*/}" -l "$build_region" --image-version "$version_id" \
    --target-regions "$build_region=1" "$1=1" --exclude-from-latest true
}

new_disk() { # SUBSCRIPTION GROUP REGION: with the content of the version
  disk=image-${run%%-*}-$number
  disk_id=/subscriptions/$1/resourceGroups/$2/providers/Microsoft.Compute/disks/$disk
  bring "$3" || return 1
  remember "$disk_id" && call disk create --subscription "$1" -g "$2" -n "$disk" -l "$3" --gallery-image-reference "$from"
}

managed_image() { # SUBSCRIPTION GROUP IMAGE REGION OPTION...
  subscription=$1 group=$2 image=$3 region=$4
  shift 4
  id=/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.Compute/images/$image
  there=$(ask "$provisioning" image show --subscription "$subscription" -g "$group" -n "$image") || return 1
  if [ "$begun" = "$id" ] && [ "$there" = Succeeded ]; then return; fi
  new_disk "$subscription" "$group" "$region" && image_of_disk "$@"
  result=$?
  drop_temporary
  return "$result"
}

image_of_disk() { # OPTION...
  generation=$(ask 'hyperVGeneration || properties.hyperVGeneration' sig image-definition show --ids "${version_id%/versions/*}") || return 1
  # As Image Builder does: an older image of that name gives way.
  { [ -z "$there" ] || call image delete --subscription "$subscription" -g "$group" -n "$image"; } || return 1
  begin "$id"
  call image create --subscription "$subscription" -g "$group" -n "$image" -l "$region" --source "$disk_id" \
    --hyper-v-generation "${generation:-V1}" "$@"
}

build_region='westeurope'
version_id="${OUTPUT_1}"
version_subscription='00000000-0000-0000-0000-000000000001'
version_group='images'
version_gallery='offices'
version_definition='clerks'

drop_temporary # of a run that was broken off
output 0 clerks-image managed_image 00000000-0000-0000-0000-000000000002 images clerks northeurope \
  --os-type Linux
made clerks-version "$OUTPUT_1"
finish
