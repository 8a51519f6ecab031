# Parameters of the template

variable "names" {
  type        = list(string)
  default     = ["b", "a", "c"]
  description = "The template's parameter names."
}

variable "more" {
  type        = list(string)
  default     = ["c", "d"]
  description = "The template's parameter more."
}

variable "sizes" {
  type = map(string)
  default = {
    small = "Standard_D2s_v5"
    large = "Standard_D8s_v5"
  }
  description = "The template's parameter sizes."
}

variable "size" {
  type        = string
  default     = "small"
  description = "The template's parameter size."

  validation {
    condition     = contains(["small", "large"], var.size)
    error_message = "The value of size must be one of those that the template allows."
  }
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
