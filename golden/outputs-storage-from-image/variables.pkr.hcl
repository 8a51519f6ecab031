# What Image Builder chose by itself

variable "image_version_gallery" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish for the output gallery, as in 1.2.3: the template names this one."
}
