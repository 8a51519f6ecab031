# Placeholders of the template

variable "signature" {
  type        = string
  sensitive   = true
  description = "Signature (sig=) of https://contosofiles.blob.core.windows.net/tools/tool"
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
