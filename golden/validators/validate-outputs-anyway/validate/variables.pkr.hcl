# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version of the gallery image to validate, such as 1.2.3; run.sh sets it."
}

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
