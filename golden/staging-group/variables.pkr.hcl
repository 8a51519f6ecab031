# What Image Builder chose by itself

variable "build_resource_group_name" {
  type        = string
  default     = "staging-rg"
  description = "Existing resource group to build in. The template's stagingResourceGroup; null: a temporary one is made."
}
