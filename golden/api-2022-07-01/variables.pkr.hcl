# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = null
  description = "Version to publish to the gallery, as in 1.2.3. Unset: the next one, counted from existing_versions."
}

variable "existing_versions" {
  type        = list(string)
  default     = []
  description = "Versions that the image definition has: az sig image-version list -g gallery-rg -r company -i base --query '[].name' -o json."
}

variable "unvalidated" {
  type        = bool
  default     = false
  description = "Whether the version must not be the latest yet: scripts/build.sh says so until the validators have passed."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output disk; Packer asks for it."
}
