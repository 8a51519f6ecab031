#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

# What files of values say at their top, a line each as HCL has it, also where they are JSON; of lists and objects the name.
said() { # FILE...
  for each; do
    case $each in *.json) depth=-1 ;; *) depth=0 ;; esac
    awk -v depth="$depth" '
      function shown(c) { # outside of quotes
        if (index("{[(", c)) { depth++; return "" }
        if (index("}])", c)) { depth--; return "" }
        return c == "\r" ? "" : c == "," && depth == 0 ? "\n" : c
      }
      {
        quoted = 0
        for (at = 1; at <= length($0); at++) {
          c = substr($0, at, 1)
          if (!quoted && (c == "#" || substr($0, at, 2) == "//")) break
          if (c == "\"") quoted = !quoted
          else if (quoted && c == "\\") c = substr($0, at++, 2)
          else if (!quoted) c = shown(c)
          if (depth == 0) printf "%s", c
        }
        if (depth <= 0) print ""
      }' "$each" | sed 's/^[[:space:]]*"\([A-Za-z_][A-Za-z0-9_-]*\)"[[:space:]]*:/\1 =/'
  done
}

# Of such lines those whose value is a plain text or word, as NAME=VALUE: without escapes and templates, of which Packer makes others.
plain() { # NAME (a pattern)
  sed -n -E -e "s/^[[:space:]]*($1)[[:space:]]*=[[:space:]]*\"(([^\"\\\\\$%]|[\$%]+[^\"\\\\\$%{])*[\$%]*)\"[[:space:]]*\$/\1=\2/p" -e t \
    -e "s/^[[:space:]]*($1)[[:space:]]*=[[:space:]]*([0-9A-Za-z]+)[[:space:]]*\$/\1=\2/p"
}

# As Packer does: what is given by -var counts first, then the project's files of values, then the environment.
take() { # VARIABLE NAME WHAT [DEFAULT]
  value="" unread=""
  case " ${GIVEN_VARIABLES:-} " in
    *" $2 "*) ;;
    *)
      line=$(said "$(dirname "$0")/.."/*.auto.pkrvars.hcl "$(dirname "$0")/.."/*.auto.pkrvars.json 2> /dev/null | grep -E "^[[:space:]]*$2[[:space:]]*=" | tail -n 1)
      pair=$(printf '%s\n' "$line" | plain "$2")
      value=${pair#*=}
      [ -n "$pair" ] || unread=$line
      case " ${UNREAD_VARIABLES:-} " in *" $2 "*) value="" unread=$2 ;; esac
      ;;
  esac
  [ -n "$value" ] || eval "value=\${$1:-}"
  if [ -z "$value" ] && [ -n "$unread" ]; then
    echo "The value of $2 in a file of values is more than a plain text: set the environment variable $1 to what it is." >&2
    return 1
  fi
  if [ -z "$value" ]; then
    [ $# -eq 4 ] || { echo "Set the environment variable $1 first: $3" >&2 && return 1; }
    value=$4
  fi
  printf '%s' "$value"
}

PKR_VAR_vhd_container=$(take PKR_VAR_vhd_container vhd_container 'Container in that storage account; it must exist.' 'vhds') || exit 1
PKR_VAR_vhd_storage_account=$(take PKR_VAR_vhd_storage_account vhd_storage_account 'Storage account for the VHD of the output third; Image Builder made one in its staging resource group.') || exit 1

missing=0
say() { # WHAT REMEDY: what is missing
  printf 'missing  %s\n         %s\n' "$1" "$2"
  missing=1
}

unknown() { # WHAT WHY: what cannot be looked for
  printf 'unknown  %s\n         %s\n' "$1" "$2"
}

# What az says goes to $found; nothing is found where it ends with 3, and with any other code it could not tell.
look() { # WHAT REMEDY COMMAND...
  what=$1 remedy=$2 found='' code=0
  shift 2
  found=$(az "$@" --only-show-errors 2> "$errors") || code=$?
  case $code in
    0) ;;
    3) say "$what" "$remedy" ;;
    *) unknown "$what" "$(cat "$errors")" && missing=1 ;;
  esac
  return "$code"
}

need_true() { # WHAT REMEDY COMMAND...: az says true
  look "$@" --output tsv || return 0
  case $found in
    [Tt]rue*) printf 'there    %s\n' "$what" ;;
    *) say "$what" "$remedy" ;;
  esac
}

find_id() { # COMMAND...: the id of what az shows
  az "$@" --query id --output tsv --only-show-errors 2> "$errors" | tr -d '\r'
}

need_role() { # ROLE SCOPE ROLE...: or one of the others, which hold its rights
  role=$1 scope=$2
  [ -n "$scope" ] || { unknown "$role" "$(cat "$errors")" && missing=1 && return; }
  look "$role on $scope" '' role assignment list --assignee "$BUILDER" --scope "$scope" --include-inherited --include-groups \
    --query '[].roleDefinitionName' --output tsv || return 0
  shift 2
  for each in "$role" "$@"; do
    if printf '%s\n' "$found" | tr -d '\r' | grep -qxF "$each"; then printf 'there    %s on %s\n' "$role" "$scope" && return; fi
  done
  say "$role on $scope" "az role assignment create --assignee $BUILDER --role '$role' --scope '$scope'"
}

errors=$(mktemp) || exit 1
trap 'rm -f "$errors"' EXIT
az account show --only-show-errors --output none 2> /dev/null || { say 'a signed-in az' 'az login'; exit 1; }
printf 'there    %s\n' 'a signed-in az'
need_true 'the container vhds in the storage account contosodisks' \
  'az storage container create --auth-mode login --account-name contosodisks -n vhds' \
  storage container exists --auth-mode login --account-name contosodisks -n vhds --query exists
need_true 'the container backup in the storage account contosoother' \
  'az storage container create --auth-mode login --account-name contosoother -n backup' \
  storage container exists --auth-mode login --account-name contosoother -n backup --query exists
need_true "the container ${PKR_VAR_vhd_container} in the storage account ${PKR_VAR_vhd_storage_account}" \
  "az storage container create --auth-mode login --account-name '${PKR_VAR_vhd_storage_account}' -n '${PKR_VAR_vhd_container}'" \
  storage container exists --auth-mode login --account-name "$PKR_VAR_vhd_storage_account" -n "$PKR_VAR_vhd_container" --query exists
if [ -n "${BUILDER:-}" ]; then
  need_role Contributor /subscriptions/00000000-0000-0000-0000-000000000001 Owner
  need_role 'Storage Blob Data Contributor' "$(find_id storage account show --subscription 00000000-0000-0000-0000-000000000001 -n contosodisks)" 'Storage Blob Data Owner'
  need_role 'Storage Blob Data Contributor' "$(find_id storage account show --subscription 00000000-0000-0000-0000-000000000001 -n contosoother)" 'Storage Blob Data Owner'
  need_role 'Storage Blob Data Contributor' "$(find_id storage account show --subscription 00000000-0000-0000-0000-000000000001 -n "$PKR_VAR_vhd_storage_account")" 'Storage Blob Data Owner'
fi
exit "$missing"
