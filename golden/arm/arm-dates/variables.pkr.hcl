# Parameters of the template

variable "now" {
  type        = string
  default     = null
  description = "Used in step configure."
}

variable "day" {
  type        = string
  default     = null
  description = "Used in step configure."
}

variable "base" {
  type        = string
  default     = "2024-01-31T10:20:30Z"
  description = "Used in step configure."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
