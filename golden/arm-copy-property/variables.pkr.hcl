# Parameters of the template

variable "label" {
  type        = string
  default     = "base"
  description = "The template's parameter label."
}
