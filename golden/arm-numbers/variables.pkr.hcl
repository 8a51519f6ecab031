# Parameters of the template

variable "a" {
  type        = number
  default     = 17
  description = "The template's parameter a."
}

variable "b" {
  type        = number
  default     = 5
  description = "The template's parameter b."
}
