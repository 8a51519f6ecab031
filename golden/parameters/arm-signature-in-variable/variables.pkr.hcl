# Parameters of the template

variable "target" {
  type        = string
  default     = "/opt"
  description = "Used in step app and step second."
}

# Placeholders of the template

variable "signature" {
  type        = string
  sensitive   = true
  description = "Signature (sig=) of https://acct.blob.core.windows.net/c/a.tgz"
}

variable "signature_2" {
  type        = string
  sensitive   = true
  description = "Signature (sig=) of https://acct.blob.core.windows.net/c/b.sh"
}

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
