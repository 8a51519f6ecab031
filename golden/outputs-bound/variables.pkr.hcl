# What Image Builder chose by itself

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output disk)."
}
