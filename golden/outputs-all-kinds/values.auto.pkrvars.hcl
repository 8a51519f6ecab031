# Packer reads this file by itself. Uncomment each line and fill it in.

# vhd_storage_resource_group = "" # Resource group of the storage account for the output disk-b; Packer asks for it.
# image_version_gallery_a    = "" # Version to publish for the output gallery-a, as in 1.2.3: the source image's.
