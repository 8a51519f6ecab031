# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}

# Options of the conversion: off unless you set them

variable "trusted_launch" {
  type        = bool
  default     = false
  description = "Whether the build VM has Trusted Launch (secure boot and vTPM), as an image definition with that security type wants it. Goes with gallery versions and VHDs, not with managed images."
}
