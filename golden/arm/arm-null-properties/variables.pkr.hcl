# Parameters of the template

variable "staging" {
  type        = string
  default     = ""
  description = "Id of the resource group to build in."
}

variable "long" {
  type        = bool
  default     = false
  description = "Time limit in minutes of the build."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
