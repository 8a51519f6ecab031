# Packer reads this file automatically. Uncomment each line and fill it in.

# region                     = "" # <region> in the template: region of the build.
# vhd_storage_resource_group = "" # Resource group of the storage account contosodisks (output clerks-disk).
# subscription_id            = "" # Subscription to build in.
