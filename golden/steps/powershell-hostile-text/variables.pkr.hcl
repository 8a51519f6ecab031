# Placeholders of the template

variable "x" {
  type        = string
  description = "{{ x }} in the template: used in step 1."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by WinRM. Default: any."
}
