# Packer reads this file by itself. Uncomment each line and fill it in.

# region                     = "" # The template's <region>, in location.
# vhd_storage_resource_group = "" # Resource group of the storage account contosodisks (output clerks-disk).
# subscription_id            = "" # Subscription to build in.
