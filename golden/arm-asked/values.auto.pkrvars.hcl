# Packer reads this file by itself. Uncomment each line and fill it in.

# unique_string                            = "" # What uniqueString(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>) gave in your deployment: the 13 letters in the names of its resources.
# resource_group_name                      = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# subscription_id                          = "" # Subscription to build in; in the template: subscription().
# reference_account_primary_endpoints_blob = "" # What reference(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Storage/storageAc... gives: look it up with `az resource show --ids ...`.

# Secrets are not written here. Set them in the environment: PKR_VAR_list_keys_account_keys_0_value
