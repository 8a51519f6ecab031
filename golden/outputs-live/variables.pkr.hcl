# Parameters of the template

variable "galleryImageId" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/4.5.6"
  description = "The template's parameter galleryImageId."
}

variable "regions" {
  type        = list(string)
  default     = ["northeurope", "West Europe"]
  description = "The template's parameter regions."
}

variable "imageRegion" {
  type        = string
  default     = "North Europe"
  description = "The template's parameter imageRegion."
}

variable "tags" {
  type = map(string)
  default = {
    tier  = "gold"
    owner = "it's us"
    note  = "two\nlines"
  }
  description = "The template's parameter tags."
}

variable "imageName" {
  type        = string
  default     = "image"
  description = "The template's parameter imageName."
}

variable "group" {
  type        = string
  default     = "images-rg"
  description = "The template's parameter group."
}

variable "who" {
  type        = string
  default     = "O'Brien `id` $HOME"
  description = "The template's parameter who."
}

variable "released" {
  type        = string
  default     = "2024-01-02T03:04:05Z"
  description = "The template's parameter released."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  default     = null
  description = "Gallery version to publish, such as 1.2.3. Default: the one that the template names."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output disk)."
}
