# Placeholders of the template

variable "image_version_id" {
  type        = string
  description = "The template's <imageVersionId>, in source.imageVersionId."
}

variable "subnet_id" {
  type        = string
  description = "The template's <subnetId>, in vmProfile.vnetConfig.subnetId."
}

variable "gallery_image_id" {
  type        = string
  description = "The template's <galleryImageId>, in distribute[0].galleryImageId."
}

variable "vhd_uri" {
  type        = string
  description = "The template's <vhdUri>, in distribute[1].uri."
}

# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = null
  description = "Gallery version to publish, such as 1.2.3. Default: numbered by the clock, as Image Builder does."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account (output disk)."
}
