# Packer reads this file by itself. Uncomment each line and fill it in.

# image_version_id           = "" # The template's <imageVersionId>, in source.imageVersionId.
# subnet_id                  = "" # The template's <subnetId>, in vmProfile.vnetConfig.subnetId.
# gallery_image_id           = "" # The template's <galleryImageId>, in distribute[0].galleryImageId.
# vhd_storage_resource_group = "" # Resource group of the storage account (output disk).
# vhd_uri                    = "" # The template's <vhdUri>, in distribute[1].uri.
