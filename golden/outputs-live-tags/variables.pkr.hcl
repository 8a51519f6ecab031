# Parameters of the template

variable "regions" {
  type        = list(string)
  default     = null
  description = "The template's parameter regions."
}

variable "stage" {
  type        = string
  default     = "test"
  description = "The template's parameter stage."
}

variable "excluded" {
  type        = bool
  default     = null
  description = "The template's parameter excluded."
}

variable "maybe" {
  default     = null
  description = "The template's parameter maybe. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
}

variable "on" {
  type        = bool
  default     = false
  description = "The template's parameter on."
}

variable "imageTags" {
  type = map(string)
  default = {
    kind = "image"
  }
  description = "The template's parameter imageTags."
}

variable "versionTags" {
  type = map(string)
  default = {
    kind = "version"
  }
  description = "The template's parameter versionTags."
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
  description = "Versions that the image definition has: az sig image-version list -g gallery-rg -r company -i base --query '[].name' -o json."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output disk; Packer asks for it."
}
