# Parameters of the template

variable "environment" {
  type        = string
  default     = "prod"
  description = "Name of the managed image."
}

variable "location" {
  type        = string
  description = "Region of the build and the managed image."
}

# Values from Azure

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
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
