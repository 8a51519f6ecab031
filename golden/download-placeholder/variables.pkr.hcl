# Placeholders of the template

variable "storage_account" {
  type        = string
<<<<<<< HEAD
  description = "The template's <storage account>, in customize[0].scriptUri."
=======
  default     = null
  description = "<storage account> in the template: URL of the file of step setup."
>>>>>>> h5
}

variable "release" {
  type        = string
  description = "<release> in the template: URL of the file of step page, used in step page."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
