#!/bin/sh
# Downloads setup.sh in the build VM, checks it and runs it.
set -eu
url='https://contosoimages.blob.core.windows.net/scripts/setup.sh'
sha256='2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
identity='%2Fsubscriptions%2F00000000-0000-0000-0000-000000000001%2FresourceGroups%2Fidentity-rg%2Fproviders%2FMicrosoft.ManagedIdentity%2FuserAssignedIdentities%2Fblob-reader'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/setup.sh

# The identity of the VM reads private blobs.
from="http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&msi_res_id=$identity"
token=$(curl --fail --silent --show-error --noproxy '*' --retry 5 --header Metadata:true "$from" | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
{
  printf 'url = "%s"\n' "$url"
  [ -z "$token" ] || printf 'header = "%s"\n' "Authorization: Bearer $token" 'x-ms-version: 2020-10-02'
} | curl --fail --silent --show-error --location --proto '=https' --retry 5 --config - --output "$file"
echo "$sha256  $file" | sha256sum --check --quiet

sed -i 's/\r$//' "$file" # Packer uploads scripts with LF line ends
chmod +x "$file"
"${SHELL:-/bin/sh}" -c "$file" # without a #! line the login shell runs it
