# Placeholders of the template

variable "storage_account" {
  type        = string
  description = "The template's <storage account>, in customize[0].scriptUri."
}

variable "release" {
  type        = string
  description = "The template's <release>, in customize[1].sourceUri and 1 more."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
