# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}

variable "build_resource_group_name" {
  type        = string
  default     = "staging-rg"
  description = "Existing resource group to build in. The template's stagingResourceGroup; null: a temporary one is made."
}
