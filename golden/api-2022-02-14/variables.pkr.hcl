# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = null
  description = "Version to publish to the gallery, as in 1.2.3. Unset: numbered by the clock, as Image Builder does."
}

variable "unvalidated" {
  type        = bool
  default     = false
  description = "Whether the version must not be the latest yet: scripts/build.sh says so until the validators have passed."
}

variable "build_resource_group_name" {
  type        = string
  default     = "staging-rg"
  description = "Existing resource group to build in. The template's stagingResourceGroup; null: a temporary one is made."
}
