# Placeholders of the template

variable "x" {
  type        = string
  description = "The template's {{ x }}, in customize[0].name."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by WinRM. Default: any."
}
