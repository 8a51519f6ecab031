# Placeholders of the template

variable "x" {
  type        = string
  description = "The template's {{ x }}, in customize[0].name."
}
