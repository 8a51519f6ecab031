# Parameters of the template

variable "galleryImageId" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/4.5.6"
  description = "Id of the image definition."
}

variable "regions" {
  type        = list(string)
  default     = ["northeurope", "West Europe"]
  description = "Regions of the gallery version."
}

variable "copyGalleryImageId" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/copy"
  description = "Id of the image definition."
}

variable "tags" {
  type = map(string)
  default = {
    tier  = "gold"
    owner = "it's us"
    note  = "two\nlines"
  }
  description = "Tags."
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
  description = "Gallery version to publish, such as 1.2.3. Default: the version in the template."
}

variable "image_version_third" {
  type        = string
  description = "Version to publish for the output third, such as 1.2.3. Default: the version of the source image."
}
