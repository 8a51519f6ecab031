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
  keep PKR_VAR_vhd_storage_account "${PKR_VAR_vhd_storage_account}"
  keep PKR_VAR_vhd_container "${PKR_VAR_vhd_container}"
  keep PKR_LOCAL_vhd_name "${PKR_LOCAL_vhd_name}"
  keep OUTPUT_0 "${OUTPUT_0}"
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

vhd_copy() { # ACCOUNT CONTAINER BLOB OPTION...: from the VHD that Packer made
  is_copied "$1" "$2" "$3" || copy_blob "$@"
}

made first "$OUTPUT_0"
output 1 second vhd_copy contosoother backup 2026/base.vhd \
  --source-account-name contosodisks \
  --source-container vhds \
  --source-blob base.vhd \
  --metadata tier=silver
output 2 third vhd_copy "$PKR_VAR_vhd_storage_account" "$PKR_VAR_vhd_container" "${PKR_LOCAL_vhd_name}.vhd" \
  --source-account-name contosodisks \
  --source-container vhds \
  --source-blob base.vhd
finish
