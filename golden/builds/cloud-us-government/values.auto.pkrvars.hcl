# Packer reads this file automatically. Uncomment each line and fill it in.

# vhd_storage_resource_group = "" # Resource group of the storage account contosodisks (output clerks-disk).
# vhd_storage_account        = "" # Storage account for the VHD of the output clerks-spare; Image Builder created one in its staging resource group.
