# Packer reads this file automatically. Uncomment each line and fill it in.

# location                   = "" # Region of the build.
# vhd_storage_account        = "" # Storage account for the VHD of the output hardened; Image Builder created one in its staging resource group.
# vhd_storage_resource_group = "" # Resource group of the storage account (output hardened).
# subscription_id            = "" # Subscription to build in.
