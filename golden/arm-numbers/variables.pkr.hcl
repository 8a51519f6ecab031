# Parameters of the template

variable "a" {
  type        = number
  default     = 17
  description = "The template's parameter a."
}

variable "b" {
  type        = number
  default     = 5
  description = "The template's parameter b."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
