# Parameters of the template

variable "checksum" {
  type        = string
  default     = "2C26B46B68FFC68FF99B453C1D30413413422D706483BFA0F98A5E886266E7AE"
  description = "SHA-256 of the file of step set up."
}

variable "other" {
  type        = string
  default     = ""
  description = "SHA-256 of the file of step page."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
