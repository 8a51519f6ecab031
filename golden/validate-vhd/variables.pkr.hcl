# What Image Builder chose by itself

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output disk; Packer asks for it."
}

variable "vhd_storage_account" {
  type        = string
  description = "Storage account for the VHD of the output disk; Image Builder made one in its staging resource group."
}

variable "vhd_container" {
  type        = string
  default     = "vhds"
  description = "Container in that storage account; it must exist."
}
