# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output disk; Packer asks for it."
}
