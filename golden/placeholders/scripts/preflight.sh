#!/bin/sh
# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With BUILDER=<object id of the user or service principal that builds> it looks at the roles, too.
set -u

need() { # VARIABLE WHAT
  echo "Set the environment variable $1 first: $2" >&2
  exit 1
}

[ -n "${PKR_VAR_rg_name:-}" ] || need PKR_VAR_rg_name 'The template'\''s <rgName>, in distribute[0].galleryImageId.'
[ -n "${PKR_VAR_subscription_id:-}" ] || need PKR_VAR_subscription_id 'The template'\''s <subscriptionID>, in distribute[0].galleryImageId.'
[ -n "${PKR_VAR_region:-}" ] || need PKR_VAR_region 'The template'\''s <region>, in location and 1 more.'
[ -n "${PKR_VAR_gallery_name:-}" ] || need PKR_VAR_gallery_name 'The template'\''s <galleryName>, in distribute[0].galleryImageId.'
[ -n "${PKR_VAR_image_def_name:-}" ] || need PKR_VAR_image_def_name 'The template'\''s <imageDefName>, in distribute[0].galleryImageId.'

missing=0
say() { # WHAT REMEDY: what is missing
  printf 'missing  %s\n         %s\n' "$1" "$2"
  missing=1
}

need_there() { # WHAT REMEDY COMMAND...: az finds it
  what=$1 remedy=$2
  shift 2
  if az "$@" --only-show-errors --output none 2> /dev/null; then printf 'there    %s\n' "$what"; else say "$what" "$remedy"; fi
}

need_role() { # ROLE SCOPE
  found=$(az role assignment list --assignee "$BUILDER" --scope "$2" --include-inherited --include-groups \
    --query '[].roleDefinitionName' --only-show-errors --output tsv 2> /dev/null)
  case "
$found
" in
    *"
$1
"* | *"
Owner
"*) printf 'there    %s on %s\n' "$1" "$2" ;;
    *) say "$1 on $2" "az role assignment create --assignee $BUILDER --role '$1' --scope $2" ;;
  esac
}

need_there 'a signed-in az' 'az login' account show
[ "$missing" = 0 ] || exit 1
need_there "the resource group ${PKR_VAR_rg_name}" \
  "az group create --subscription ${PKR_VAR_subscription_id} -n ${PKR_VAR_rg_name} -l ${PKR_VAR_region}" \
  group show --subscription "$PKR_VAR_subscription_id" -n "$PKR_VAR_rg_name"
need_there "the gallery ${PKR_VAR_gallery_name}" \
  "az sig create --subscription ${PKR_VAR_subscription_id} -g ${PKR_VAR_rg_name} -r ${PKR_VAR_gallery_name}" \
  sig show --subscription "$PKR_VAR_subscription_id" -g "$PKR_VAR_rg_name" -r "$PKR_VAR_gallery_name"
need_there "the image definition ${PKR_VAR_gallery_name}/${PKR_VAR_image_def_name}" \
  "az sig image-definition create --subscription ${PKR_VAR_subscription_id} -g ${PKR_VAR_rg_name} -r ${PKR_VAR_gallery_name} -i ${PKR_VAR_image_def_name} --os-type Linux --hyper-v-generation V2 --publisher ${PKR_VAR_gallery_name} --offer ${PKR_VAR_image_def_name} --sku ${PKR_VAR_image_def_name}" \
  sig image-definition show --subscription "$PKR_VAR_subscription_id" -g "$PKR_VAR_rg_name" -r "$PKR_VAR_gallery_name" -i "$PKR_VAR_image_def_name"
if [ -n "${BUILDER:-}" ]; then
  need_role Contributor "/subscriptions/${PKR_VAR_subscription_id}/resourceGroups/${PKR_VAR_rg_name}"
fi
exit "$missing"
