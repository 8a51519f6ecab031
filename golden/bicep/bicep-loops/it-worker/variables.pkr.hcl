# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and the managed image."
}

variable "scriptsUri" {
  type        = string
  default     = "https://contosoimages.blob.core.windows.net/scripts"
  description = "Part of the URL of the file of step docker."
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
