# Packer reads this file by itself. Uncomment each line and fill it in.

# vhd_storage_resource_group = "" # Resource group of the storage account for the output first; Packer asks for it.
# vhd_storage_account        = "" # Storage account for the VHD of the output third; Image Builder made one in its staging resource group.
# subscription_id            = "" # Subscription to build in.
