# Parameters of the template

variable "name" {
  type        = string
  default     = "image"
  description = "The template's parameter name."
}
