# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and the managed image."
}

variable "suffix" {
  type        = string
  description = "Name of the managed image."
}

variable "group" {
  type        = string
  description = "Resource group of the managed image."
}

variable "owner" {
  type        = string
  description = "Tag owner."
}

variable "identityName" {
  type        = string
  description = "Used in step greet."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
