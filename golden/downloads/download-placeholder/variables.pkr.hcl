# Placeholders of the template

variable "storage_account" {
  type        = string
  description = "<storage account> in the template: part of the URL of the file of step setup."
}

variable "release" {
  type        = string
  description = "<release> in the template: part of the URL of the file of step page, used in step page."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
