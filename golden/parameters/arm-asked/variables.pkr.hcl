# Values from Azure

variable "unique_string" {
  type        = string
  description = "Result of uniqueString(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>) in the deployment: the 13 letters in the names of its resources."
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
  description = "Result of: az resource show --ids /subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Storage/storageAccounts/<account> --query properties.primaryEndpoints.blob -o tsv"
}

variable "storage_account_keys_0" {
  type        = string
  sensitive   = true
  description = "Result of: az resource invoke-action --action listKeys --ids /subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Storage/storageAccounts/<account> --query keys[0].value -o tsv"
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
