# Parameters of the template

variable "galleryImageId" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/4.5.6"
  description = "Id of the image definition."
}

variable "imageRegion" {
  type        = string
  default     = "North Europe"
  description = "Region of the managed image."
}

variable "regions" {
  type        = list(string)
  default     = ["northeurope", "West Europe"]
  description = "Regions of the gallery version."
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

variable "imageName" {
  type        = string
  default     = "image"
  description = "Name of the managed image."
}

variable "group" {
  type        = string
  default     = "images-rg"
  description = "Resource group of the managed image."
}

variable "who" {
  type        = string
  default     = "O'Brien `id` $HOME"
  description = "Tag built by."
}

variable "released" {
  type        = string
  default     = "2024-01-02T03:04:05Z"
  description = "Tag released."
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

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output disk)."
}
