# Packer reads this file by itself. Uncomment each line and fill it in.

# region                     = "" # The template's <region>, in location.
# vhd_storage_resource_group = "" # Resource group of the storage account for the output clerks-disk; Packer asks for it.
# subscription_id            = "" # Subscription to build in.
