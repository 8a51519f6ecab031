# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "1.2.3"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}

variable "image_version_fixed" {
  type        = string
  default     = "3.0.1"
  description = "Version to publish for the output fixed, as in 1.2.3: the template names this one."
}
