# What only Azure knows

variable "unique_string" {
  type        = string
  description = "What uniqueString(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>) gave in your deployment: the 13 letters in the names of its resources."
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

variable "subscription_id" {
  type        = string
  description = "Subscription to build in; in the template: subscription()."
}

variable "reference_account_primary_endpoints_blob" {
  type        = string
  description = "What reference(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Storage/storageAc... gives: look it up with `az resource show --ids ...`."
}

variable "list_keys_account_keys_0_value" {
  type        = string
  sensitive   = true
  description = "What listKeys(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Storage/storageAcc... gives: a secret of that resource, from the portal or az."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
