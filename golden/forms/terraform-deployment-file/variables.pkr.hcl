# Parameters of the template

variable "gallery" {
  type        = string
  description = "Part of the id of the image definition."
}

variable "image_name" {
  type        = string
  default     = "web"
  description = "Name of the image definition and the output."
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
