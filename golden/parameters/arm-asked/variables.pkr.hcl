# Values from Azure

variable "unique_string" {
  type        = string
  description = "Result of uniqueString('/subscriptions/SUBSCRIPTION_ID/resourceGroups/RESOURCE_GROUP_NAME') in the deployment: the 13 letters in the names of its resources."
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

variable "storage_account_primary_endpoints_blob" {
  type        = string
  description = "Result of: az resource show --ids /subscriptions/SUBSCRIPTION_ID/resourceGroups/RESOURCE_GROUP_NAME/providers/Microsoft.Storage/storageAccounts/stfiles --query properties.primaryEndpoints.blob -o tsv"
}

variable "storage_account_keys_0" {
  type        = string
  sensitive   = true
  description = "Result of: az resource invoke-action --action listKeys --ids /subscriptions/SUBSCRIPTION_ID/resourceGroups/RESOURCE_GROUP_NAME/providers/Microsoft.Storage/storageAccounts/stfiles --query keys[0].value -o tsv"
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
