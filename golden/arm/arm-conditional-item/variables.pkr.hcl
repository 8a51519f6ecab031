# Parameters of the template

variable "monitoring" {
  type        = bool
  default     = true
  description = "Condition of step 2."
}

variable "endpoint" {
  type        = string
  default     = "https://monitor.example.com"
  description = "Used in step 2."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
