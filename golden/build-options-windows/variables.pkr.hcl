# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}

# Options of the conversion: off unless you set them

variable "extra_tags" {
  type        = map(string)
  default     = {}
  description = "Tags for all that the build makes, over those of the template, as policies may demand."
}

variable "build_resource_group_name" {
  type        = string
  default     = null
  description = "Existing resource group to build in. Unset: a temporary one is made."
}

variable "build_key_vault_name" {
  type        = string
  default     = null
  description = "Existing key vault for the certificate of WinRM. Unset: a temporary one is made."
}

variable "skip_create_build_key_vault" {
  type        = bool
  default     = null
  description = "Whether no key vault is made; the image must then set up WinRM over HTTPS by itself."
}
