# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "The template's parameter location."
}

variable "galleryImageId" {
  type        = string
  description = "The template's parameter galleryImageId."
}

variable "outputName" {
  type        = string
  description = "The template's parameter outputName."
}

variable "greeting" {
  type        = string
  default     = "hello"
  description = "The template's parameter greeting."
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
  description = "Versions that the image definition has: az sig image-version list -g ... -r ... -i ... --query '[].name' -o json."
}
