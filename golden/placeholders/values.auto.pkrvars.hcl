# Packer reads this file by itself. Uncomment each line and fill it in.

# region          = "" # The template's <region>, in location and 1 more.
# vm_size         = "" # The template's <vmSize>, in vmProfile.vmSize.
# subscription_id = "" # The template's <subscriptionID>, in distribute[0].galleryImageId.
# rg_name         = "" # The template's <rgName>, in distribute[0].galleryImageId.
# gallery_name    = "" # The template's <galleryName>, in distribute[0].galleryImageId.
# image_def_name  = "" # The template's <imageDefName>, in distribute[0].galleryImageId.
# region2         = "" # The template's <region2>, in distribute[0].targetRegions[1].name.
# run_output_name = "" # The template's <runOutputName>, in distribute[0].runOutputName.
# owner_name      = "" # The template's <owner name>, in distribute[0].artifactTags.owner.
# tag_name        = "" # The template's <tagName>, in a key of properties.distribute[0].artifactTags.
