# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Region of the image."
}

variable "groupName" {
  type        = string
  default     = "rg-images"
  description = "Resource group of the managed image."
}

# Values from Azure

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
