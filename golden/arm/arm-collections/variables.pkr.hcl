# Parameters of the template

variable "names" {
  type        = list(string)
  default     = ["b", "a", "c"]
  description = "Used in step configure."
}

variable "more" {
  type        = list(string)
  default     = ["c", "d"]
  description = "Used in step configure."
}

variable "sizes" {
  type = map(string)
  default = {
    small = "Standard_D2s_v5"
    large = "Standard_D8s_v5"
  }
  description = "Used in step configure."
}

variable "size" {
  type        = string
  default     = "small"
  description = "Used in step configure."

  validation {
    condition     = contains(["small", "large"], var.size)
    error_message = "The value of size must be small or large."
  }
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
