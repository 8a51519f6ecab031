# Parameters of the template

variable "size" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "Size of the build VM."

  validation {
    condition     = contains(["Standard_D2s_v5", "Standard_D4s_v5"], var.size)
    error_message = "The value of size must be Standard_D2s_v5 or Standard_D4s_v5."
  }
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
