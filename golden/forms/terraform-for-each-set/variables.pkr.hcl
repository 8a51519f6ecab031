# Values from Azure

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

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
