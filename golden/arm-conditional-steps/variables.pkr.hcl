# Parameters of the template

variable "installDocker" {
  type        = bool
  default     = false
  description = "Whether Docker is in the image."
}

variable "ring" {
  type        = string
  default     = "prod"
  description = "The template's parameter ring."
}
