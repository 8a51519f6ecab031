# Parameters of the template

variable "agentKey" {
  type        = string
  sensitive   = true
  description = "Key of the agent."
}

variable "account" {
  type        = object({ user = string, password = string })
  sensitive   = true
  description = "Used in step login."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
