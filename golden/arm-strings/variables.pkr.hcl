# Parameters of the template

variable "name" {
  type        = string
  default     = "image"
  description = "The template's parameter name."
}

variable "number" {
  type        = number
  default     = 7
  description = "The template's parameter number."
}

variable "text" {
  type        = string
  default     = " Hello, World "
  description = "The template's parameter text."
}
