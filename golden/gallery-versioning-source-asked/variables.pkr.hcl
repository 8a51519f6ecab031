# What Image Builder chose by itself

variable "image_version" {
  type        = string
  description = "Version to publish to the gallery: the source image's, as in 1.2.3."
}
