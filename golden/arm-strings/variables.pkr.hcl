# Parameters of the template

variable "name" {
  type        = string
  default     = "image"
  description = "The template's parameter name."
}

variable "number" {
  type        = number
  default     = 7
  description = "The template's parameter number."
}

variable "text" {
  type        = string
  default     = " Hello, World "
  description = "The template's parameter text."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
