# Placeholders of the template

variable "staging_group" {
  type        = string
  description = "<stagingGroup> in the template: name of the resource group to build in."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Gallery version to publish, such as 1.2.3. Default: the version in the template."
}
