# Parameters of the template

variable "gallery" {
  type        = string
  description = "Gallery of the image definition."
}

variable "definition" {
  type        = string
  description = "Name of the image definition."
}

variable "minutes" {
  type        = number
  default     = 90
  description = "Time limit in minutes of the build."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  description = "Version of the gallery image to validate, such as 1.2.3; run.sh sets it."
}

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
