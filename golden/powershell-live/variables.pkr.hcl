# Parameters of the template

variable "product" {
  type        = string
  default     = "agent"
  description = "The template's parameter product."
}

variable "key" {
  type        = string
  sensitive   = true
  description = "The template's parameter key."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by WinRM. Default: any."
}
