# Parameters of the template

variable "stagingResourceGroup" {
  type        = string
  default     = ""
  description = "Id of the group to build in."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
