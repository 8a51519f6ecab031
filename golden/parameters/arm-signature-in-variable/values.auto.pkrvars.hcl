# Packer reads this file automatically. Uncomment each line and fill it in.

# vhd_storage_account        = "" # Storage account for the VHD of the output disk; Image Builder created one in its staging resource group.
# vhd_storage_resource_group = "" # Resource group of the storage account (output disk).
# subscription_id            = "" # Subscription to build in.

# Secrets are not written here. Set them in the environment: PKR_VAR_signature, PKR_VAR_signature_2
