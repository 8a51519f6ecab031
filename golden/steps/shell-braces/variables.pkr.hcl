# Placeholders of the template

variable "names" {
  type        = string
  description = "{{ names }} in the template: used in step 2."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
