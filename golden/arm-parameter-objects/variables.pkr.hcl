# Parameters of the template

variable "vm" {
  default     = null
  description = "The template's parameter vm. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
}

variable "more" {
  type = map(string)
  default = {
    owner = "platform"
  }
  description = "The template's parameter more."
}

variable "tags" {
  default     = null
  description = "The template's parameter tags. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
}

variable "packages" {
  default     = null
  description = "The template's parameter packages. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
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
