# Parameters of the template

variable "size" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "The template's parameter size."
}

variable "blobTags" {
  type = map(string)
  default = {
    "a b" = "x"
  }
  description = "The template's parameter blobTags."
}

variable "tags" {
  type = map(string)
  default = {
    built = "{{ isotime }}"
  }
  description = "The template's parameter tags."
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
  description = "Versions that the image definition has: az sig image-version list -g gallery-rg -r company -i one --query '[].name' -o json."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output first; Packer asks for it."
}
