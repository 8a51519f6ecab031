# Values from Azure

variable "identity_client_id" {
  type        = string
  description = "Result of: az resource show --ids /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/builder --query properties.clientId -o tsv"
}

# Defaults chosen by Image Builder

variable "vhd_storage_account" {
  type        = string
  description = "Storage account for the VHD of the output disk; Image Builder created one in its staging resource group."
}

variable "vhd_container" {
  type        = string
  default     = "vhds"
  description = "Container in that storage account; it must exist."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account (output disk)."
}
