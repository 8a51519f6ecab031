# What Image Builder chose by itself

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output disk-b; Packer asks for it."
}

variable "image_version" {
  type        = string
  default     = "2.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}

variable "image_version_gallery_a" {
  type        = string
  description = "Version to publish for the output gallery-a, as in 1.2.3: the source image's."
}
