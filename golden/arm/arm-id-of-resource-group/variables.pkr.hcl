# Parameters of the template

variable "staging" {
  type        = string
  default     = "staging-rg"
  description = "Name of the resource group to build in."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
