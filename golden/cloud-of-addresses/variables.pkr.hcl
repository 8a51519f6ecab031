# Placeholders of the template

variable "region" {
  type        = string
  description = "The template's <region>, in location."
}

# What Image Builder chose by itself

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output clerks-disk; Packer asks for it."
}
