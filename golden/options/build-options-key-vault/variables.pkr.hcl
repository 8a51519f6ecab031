# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Gallery version to publish, such as 1.2.3. Default: the version in the template."
}

# Options of the conversion

variable "build_resource_group_name" {
  type        = string
  description = "Existing resource group to build in; the build runs in its region."
}

variable "build_key_vault_name" {
  type        = string
  description = "Existing key vault for the WinRM certificate of the build VM."
}
