#!/bin/sh
# Makes the outputs that Packer cannot publish, from those of the last build. Requires `az login`.
# After a failure, make only what is missing: sh distribute.sh NAME...
set -u
cd "$(dirname "$0")" || exit 1
wanted=" $* " failed=''

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

output gal next_version 1 --subscription 11111111-1111-1111-1111-111111111111 --resource-group rg --gallery-name g \
  --gallery-image-definition web --location westeurope \
  --managed-image /subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/images/web \
  --target-regions westeurope=2=standard_zrs northeurope=1=standard_lrs --tags a=1
[ -z "$failed" ] || { echo "Not made:$failed" >&2; exit 1; }
