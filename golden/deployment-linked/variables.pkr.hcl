# Parameters of the template

variable "size" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "Size of the build VM."

  validation {
    condition     = contains(["Standard_D2s_v5", "Standard_D4s_v5"], var.size)
    error_message = "The value of size must be one of those that the template allows."
  }
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
