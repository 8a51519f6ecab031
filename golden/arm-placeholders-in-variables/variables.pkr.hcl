# Parameters of the template

variable "ring" {
  type        = string
  default     = "canary"
  description = "The template's parameter ring."
}

# Placeholders of the template

variable "prefix" {
  type        = string
  description = "The template's <<prefix>>, in variables.name."
}

variable "image_group" {
  type        = string
  description = "The template's <imageGroup>, in distribute[0].imageId."
}

# What only Azure knows

variable "subscription_id" {
  type        = string
  description = "Subscription to build in; in the template: subscription()."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
