# Packer reads this file automatically. Uncomment each line and fill it in.

# sku                        = "" # %SKU% in the template: sku of the source image.
# region                     = "" # ${region} in the template: region of the build.
# vhd_storage_account        = "" # Storage account for the VHD of the output stage; Image Builder created one in its staging resource group.
# vhd_storage_resource_group = "" # Resource group of the storage account (output stage).
# stage                      = "" # $stage in the template: name of the output.
# account                    = "" # ${account} in the template: part of the URL of the file of step note.
# file                       = "" # @@FILE@@ in the template: part of the URL of the file of step note.
