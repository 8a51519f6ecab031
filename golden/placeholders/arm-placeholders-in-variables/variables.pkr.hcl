# Parameters of the template

variable "ring" {
  type        = string
  default     = "canary"
  description = "Name of the output and the managed image."
}

# Placeholders of the template

variable "prefix" {
  type        = string
  description = "<<prefix>> in the template: name of the output and the managed image."
}

variable "image_group" {
  type        = string
  description = "<imageGroup> in the template: resource group of the managed image."
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
