# Authentication

variable "client_id" {
  type        = string
  default     = null
  description = "Client ID of a user-assigned managed identity. Default: the system-assigned one."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

# Options of the conversion

variable "extra_tags" {
  type        = map(string)
  default     = {}
  description = "Further tags for all resources of the build. They override the template's tags."
}
