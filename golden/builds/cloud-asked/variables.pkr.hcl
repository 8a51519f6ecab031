# Values from Azure

variable "location" {
  type        = string
  description = "Region to build in; in the template: that of the resource group or deployment."
}

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

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output clerks-disk)."
}
