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
    keep REPLICATION_REGIONS_1 "${REPLICATION_REGIONS_1}"
    keep GALLERY_IMAGE_ID_1 "${GALLERY_IMAGE_ID_1}"
    keep GALLERY_IMAGE_ID_1_2 "${GALLERY_IMAGE_ID_1_2}"
    keep GALLERY_IMAGE_ID_1_3 "${GALLERY_IMAGE_ID_1_3}"
    keep GALLERY_IMAGE_ID_1_4 "${GALLERY_IMAGE_ID_1_4}"
    keep PKR_VAR_major "${PKR_VAR_major}"
    keep OUTPUT_0 "${OUTPUT_0}"
    keep ARTIFACT_TAGS_1 "${ARTIFACT_TAGS_1}"
    keep PKR_VAR_image_version_third "${PKR_VAR_image_version_third}"
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
}

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
  found=$(ask "$provisioning" sig image-version show --subscription "$1" -g "$2" -r "$3" -i "$4" -e "$version") || return 1
  if [ -n "$found" ] && [ "$begun" != "$id" ]; then
    echo "$name: the version $version exists, and this build did not make it: delete it, or give another version." >&2
    return 1
  fi
  begin "$id"
  case $found in
    Succeeded) return ;;
    Creating | Updating) call sig image-version wait --created --subscription "$1" -g "$2" -r "$3" -i "$4" -e "$version"; return ;;
  esac
  subscription=$1 group=$2 gallery=$3 definition=$4
  shift 5
  call sig image-version create --subscription "$subscription" -g "$group" -r "$gallery" -i "$definition" -e "$version" "$@"
}

made native "$OUTPUT_0"
output 1 copy gallery_version "$GALLERY_IMAGE_ID_1" "$GALLERY_IMAGE_ID_1_2" "$GALLERY_IMAGE_ID_1_3" "$GALLERY_IMAGE_ID_1_4" "latest:${PKR_VAR_major}" \
  --location westeurope \
  --image-version "$OUTPUT_0" \
  --target-regions $REPLICATION_REGIONS_1 \
  --tags $ARTIFACT_TAGS_1
output 2 third gallery_version "$GALLERY_IMAGE_ID_1" "$GALLERY_IMAGE_ID_1_2" "$GALLERY_IMAGE_ID_1_3" "$GALLERY_IMAGE_ID_1_4" "$PKR_VAR_image_version_third" \
  --location westeurope \
  --image-version "$OUTPUT_0" \
  --target-regions westeurope=1
finish
