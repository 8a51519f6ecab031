# Packer reads this file automatically. Uncomment each line and fill it in.

# vhd_storage_resource_group = "" # Resource group of the storage account contosoother (output disk-b).
# image_version_gallery_a    = "" # Version to publish for the output gallery-a, such as 1.2.3. Default: the version of the source image.
