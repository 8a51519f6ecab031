# Parameters of the template

variable "product" {
  type        = string
  default     = "agent"
  description = "Used in step register."
}

variable "key" {
  type        = string
  sensitive   = true
  description = "Used in step register."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by WinRM. Default: any."
}
