# Parameters of the template

variable "size" {
  type        = string
  default     = "Standard_EC4ads_v5"
  description = "Size of the build VM."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
