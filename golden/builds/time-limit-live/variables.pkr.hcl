# Parameters of the template

variable "buildMinutes" {
  type        = number
  default     = 60
  description = "How long a build may take."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
