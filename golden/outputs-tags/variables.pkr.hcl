# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}
