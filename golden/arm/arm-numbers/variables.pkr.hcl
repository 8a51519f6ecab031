# Parameters of the template

variable "a" {
  type        = number
  default     = 17
  description = "Used in step configure, size in GB of the OS disk."
}

variable "b" {
  type        = number
  default     = 5
  description = "Used in step configure."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
