# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  description = "Version of the gallery image to validate, such as 1.2.3; run.sh sets it."
}
