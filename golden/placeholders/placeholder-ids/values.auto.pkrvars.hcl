# Packer reads this file automatically. Uncomment each line and fill it in.

# image_version_id           = "" # <imageVersionId> in the template: id of the source image.
# subnet_id                  = "" # <subnetId> in the template: id of the subnet.
# gallery_image_id           = "" # <galleryImageId> in the template: id of the image definition.
# vhd_storage_resource_group = "" # Resource group of the storage account (output disk).
# vhd_uri                    = "" # <vhdUri> in the template: URL of the VHD.
