# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Gallery version to publish, such as 1.2.3. Default: the version in the template."
}
