# Parameters of the template

variable "label" {
  type        = string
  default     = "base"
  description = "Used in step install nginx and step install jq."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
