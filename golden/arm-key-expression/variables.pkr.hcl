# Parameters of the template

variable "tagName" {
  type        = string
  default     = "managed"
  description = "The template's parameter tagName."
}
