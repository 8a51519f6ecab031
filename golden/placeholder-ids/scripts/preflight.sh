#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

missing=0
say() { # WHAT REMEDY: what is missing
  printf 'missing  %s\n         %s\n' "$1" "$2"
  missing=1
}

unknown() { # WHAT WHY: what cannot be looked for
  printf 'unknown  %s\n         %s\n' "$1" "$2"
}

az account show --only-show-errors --output none 2> /dev/null || { say 'a signed-in az' 'az login'; exit 1; }
printf 'there    %s\n' 'a signed-in az'
unknown 'the source image definition (from imageVersionId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
unknown 'the subnet (from subnetId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
unknown 'the resource group (from galleryImageId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
unknown 'the gallery (from galleryImageId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
unknown 'the image definition (from galleryImageId)/(from galleryImageId), with the generation of its source (V1 or V2)' 'The template computes its name, and other values may have given another one: look for it yourself.'
unknown 'the container (from vhdUri) in the storage account (from vhdUri)' 'The template computes its name, and other values may have given another one: look for it yourself.'
exit "$missing"
