# Who builds

variable "use_azure_cli_auth" {
  type        = bool
  default     = true
  description = "Sign in as the az command line is. Set to false to sign in with the client variables below."
}

variable "client_id" {
  type        = string
  default     = env("ARM_CLIENT_ID")
  description = "Application (client) id of the service principal, where use_azure_cli_auth is false."
}

variable "client_secret" {
  type        = string
  default     = env("ARM_CLIENT_SECRET")
  sensitive   = true
  description = "Secret of the service principal."
}

variable "tenant_id" {
  type        = string
  default     = env("ARM_TENANT_ID")
  description = "Tenant of the service principal."
}

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
  description = "Subscription to build in; in the template: subscription()."
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
