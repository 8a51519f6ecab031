# Packer reads this file automatically. Uncomment each line and fill it in.

# location                   = "" # Region to build in; in the template: that of the resource group or deployment.
# vhd_storage_resource_group = "" # Resource group of the storage account contosodisks (output clerks-disk).
# subscription_id            = "" # Subscription to build in.
