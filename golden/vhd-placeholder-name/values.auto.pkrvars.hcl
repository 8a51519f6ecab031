# Packer reads this file by itself. Uncomment each line and fill it in.

# vhd_storage_resource_group = "" # Resource group of the storage account (output runOutputName).
# vhd_storage_account        = "" # Storage account for the VHD of the output runOutputName; Image Builder created one in its staging resource group.
# run_output_name            = "" # The template's <runOutputName>, in distribute[0].runOutputName.
# subscription_id            = "" # Subscription to build in.
