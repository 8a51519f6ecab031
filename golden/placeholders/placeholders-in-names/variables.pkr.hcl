# Placeholders of the template

variable "sku" {
  type        = string
  description = "%SKU% in the template: sku of the source image."
}

variable "region" {
  type        = string
  description = "$${region} in the template: region of the build."
}

variable "stage" {
  type        = string
  description = "$stage in the template: name of the output."
}

variable "account" {
  type        = string
  description = "$${account} in the template: part of the URL of the file of step note."
}

variable "file" {
  type        = string
  description = "@@FILE@@ in the template: part of the URL of the file of step note."
}

# Defaults chosen by Image Builder

variable "vhd_storage_account" {
  type        = string
  description = "Storage account for the VHD of the output stage; Image Builder created one in its staging resource group."
}

variable "vhd_container" {
  type        = string
  default     = "vhds"
  description = "Container in that storage account; it must exist."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account (output stage)."
}
