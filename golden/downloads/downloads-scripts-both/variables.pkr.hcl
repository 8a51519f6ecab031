# Parameters of the template

variable "account" {
  type        = string
  description = "Storage account with the scripts."
}

variable "sha256" {
  type        = string
  default     = ""
  description = "SHA-256 of the file of step computed."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
