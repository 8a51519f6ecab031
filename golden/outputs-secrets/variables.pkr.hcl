# Parameters of the template

variable "subscriptionId" {
  type        = string
  sensitive   = true
  description = "Where the gallery is."
}

variable "costCenter" {
  type        = string
  sensitive   = true
  description = "The template's parameter costCenter."
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
