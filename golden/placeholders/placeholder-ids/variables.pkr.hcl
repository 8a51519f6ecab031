# Placeholders of the template

variable "image_version_id" {
  type        = string
  description = "<imageVersionId> in the template: id of the source image."
}

variable "subnet_id" {
  type        = string
  description = "<subnetId> in the template: id of the subnet."
}

variable "gallery_image_id" {
  type        = string
  description = "<galleryImageId> in the template: id of the image definition."
}

variable "vhd_uri" {
  type        = string
  description = "<vhdUri> in the template: URL of the VHD."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  default     = null
  description = "Gallery version to publish, such as 1.2.3. Default: numbered by the clock, as Image Builder does."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account (output disk)."
}
