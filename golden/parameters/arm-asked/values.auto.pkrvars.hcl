# Packer reads this file automatically. Uncomment each line and fill it in.

# unique_string                          = "" # Result of uniqueString(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>) in the deployment: the 13 letters in the names of its resources.
# resource_group_name                    = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# subscription_id                        = "" # Subscription to build in.
# storage_account_primary_endpoints_blob = "" # Result of: az resource show --ids /subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Storage/storageAccounts/<account> --query properties.primaryEndpoints.blob -o tsv

# Secrets are not written here. Set them in the environment: PKR_VAR_storage_account_keys_0
