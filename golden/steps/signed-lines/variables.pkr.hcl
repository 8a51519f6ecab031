# Placeholders of the template

variable "signature" {
  type        = string
  sensitive   = true
  description = "Signature (sig=) of https://contoso.blob.core.windows.net/files/tools.zip"
}

variable "signature_2" {
  type        = string
  sensitive   = true
  description = "Signature (sig=) of https://contoso.blob.core.windows.net/b"
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
