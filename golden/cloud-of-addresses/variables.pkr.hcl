# Placeholders of the template

variable "region" {
  type        = string
  description = "<region> in the template: region of the build."
}

# What only Azure knows

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output clerks-disk)."
}
