# Parameters of the template

variable "stage" {
  type        = string
  default     = "test"
  description = "Used in step stage."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  default     = null
  description = "Gallery version to publish, such as 1.2.3. Default: numbered by the clock, as Image Builder does."
}
