# Packer reads this file automatically. Uncomment each line and fill it in.

# vhd_storage_account        = "" # Storage account for the VHD of the output disk; Image Builder created one in its staging resource group.
# vhd_storage_resource_group = "" # Resource group of the storage account (output disk).
# identity_client_id         = "" # Result of: az resource show --ids /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/builder --query properties.clientId -o tsv
