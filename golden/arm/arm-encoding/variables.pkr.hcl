# Parameters of the template

variable "text" {
  type        = string
  default     = "héllo wörld"
  description = "Used in step configure."
}

variable "settings" {
  type        = string
  default     = "{\"mode\": \"fast\", \"count\": 3}"
  description = "Used in step configure."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
