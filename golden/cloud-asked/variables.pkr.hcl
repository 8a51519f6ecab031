# What only Azure knows

variable "location" {
  type        = string
  description = "Region to build in; in the template: that of the resource group or deployment."
}

# What Image Builder chose by itself

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output clerks-disk; Packer asks for it."
}
