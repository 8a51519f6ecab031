# Placeholders of the template

variable "staging_group" {
  type        = string
  description = "The template's <stagingGroup>, in stagingResourceGroup."
}

# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}
