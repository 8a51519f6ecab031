# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = null
  description = "Version of the gallery image to validate, as in 1.2.3. Unset: the one that the last build published."
}

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
