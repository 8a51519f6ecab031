# Parameters of the template

variable "location" {
  type        = string
  default     = "USGov Virginia"
  description = "The template's parameter location."
}

variable "scriptAccount" {
  type        = string
  default     = "contososcripts"
  description = "The template's parameter scriptAccount."
}

# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = null
  description = "Version to publish to the gallery, as in 1.2.3. Unset: the next one, counted from existing_versions."
}

variable "existing_versions" {
  type        = list(string)
  default     = []
  description = "Versions that the image definition has: az sig image-version list -g images -r offices -i clerks --query '[].name' -o json."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output clerks-disk; Packer asks for it."
}

variable "vhd_storage_account" {
  type        = string
  description = "Storage account for the VHD of the output clerks-spare; Image Builder made one in its staging resource group."
}

variable "vhd_container" {
  type        = string
  default     = "vhds"
  description = "Container in that storage account; it must exist."
}
