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

# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build."
}

# Defaults chosen by Image Builder

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output clerks-disk; Packer asks for it."
}

variable "vhd_storage_account" {
  type        = string
  description = "Storage account for the VHD of the output clerks-disk; Image Builder made one in its staging resource group."
}

variable "vhd_container" {
  type        = string
  default     = "vhds"
  description = "Container in that storage account; it must exist."
}
