# Parameters of the template

variable "checksum" {
  type        = string
  default     = "2C26B46B68FFC68FF99B453C1D30413413422D706483BFA0F98A5E886266E7AE"
  description = "The template's parameter checksum."
}

variable "other" {
  type        = string
  description = "The template's parameter other."
}
