# Parameters of the template

variable "production" {
  type        = bool
  default     = true
  description = "The template's parameter production."
}

variable "ring" {
  type        = number
  default     = 2
  description = "The template's parameter ring."
}

variable "name" {
  type        = string
  default     = "image"
  description = "The template's parameter name."
}

variable "extra" {
  type        = string
  default     = null
  description = "The template's parameter extra."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
