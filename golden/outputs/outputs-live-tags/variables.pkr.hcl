# Parameters of the template

variable "regions" {
  type        = list(string)
  default     = null
  description = "Regions of the gallery version."
}

variable "stage" {
  type        = string
  default     = "test"
  description = "Tag stage, part of the URL of the VHD."
}

variable "imageTags" {
  type = map(string)
  default = {
    kind = "image"
  }
  description = "Tags."
}

variable "excluded" {
  type        = bool
  default     = null
  description = "Whether the gallery version is excluded from latest."
}

variable "maybe" {
  type        = map(string)
  default     = null
  description = "Tags."
}

variable "on" {
  type        = bool
  default     = false
  description = "Whether the gallery version is excluded from latest, tag stage."
}

variable "versionTags" {
  type = map(string)
  default = {
    kind = "version"
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
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output disk)."
}
