# What Image Builder chose by itself

variable "build_resource_group_name" {
  type        = string
  description = "Existing resource group to build in; the build runs in its region."
}

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Gallery version to publish, such as 1.2.3. Default: the one that the template names."
}

# Options of the conversion: off unless you set them

variable "extra_tags" {
  type        = map(string)
  default     = {}
  description = "Further tags for everything that the build makes; they win over the template's."
}

variable "spot" {
  type        = bool
  default     = false
  description = "Use a spot VM: cheaper, but Azure may evict it at any time."
}
