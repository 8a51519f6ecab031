# Parameters of the template

variable "galleries_sigBase_name" {
  type        = string
  description = "Gallery of the image definition."
}

# Values from Azure

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  default     = null
  description = "Gallery version to publish, such as 1.2.3. Default: numbered by the clock, as Image Builder does."
}
