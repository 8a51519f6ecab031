# Packer reads this file automatically. Uncomment each line and fill it in.

# unique_string                          = "" # Result of uniqueString('/subscriptions/SUBSCRIPTION_ID/resourceGroups/RESOURCE_GROUP_NAME') in the deployment: the 13 letters in the names of its resources.
# resource_group_name                    = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# subscription_id                        = "" # Subscription to build in.
# storage_account_primary_endpoints_blob = "" # Result of: az resource show --ids /subscriptions/SUBSCRIPTION_ID/resourceGroups/RESOURCE_GROUP_NAME/providers/Microsoft.Storage/storageAccounts/stfiles --query properties.primaryEndpoints.blob -o tsv

# Secrets are not written here. Set them in the environment: PKR_VAR_storage_account_keys_0
