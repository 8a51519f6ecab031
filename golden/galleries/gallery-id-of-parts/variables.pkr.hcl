# Parameters of the template

variable "source" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/sources"
  description = "Part of the id of the source image."
}

variable "sourceImage" {
  type        = string
  default     = "golden"
  description = "Name of the source image."
}

variable "gallery" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company"
  description = "Part of the id of the image definition."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  default     = "0.0.3"
  description = "Gallery version to publish, such as 1.2.3. Default: the version in the template."
}
