# Packer reads this file automatically. Uncomment each line and fill it in.

# vhd_storage_resource_group = "" # Resource group of the storage account contosodisks (output disk).
