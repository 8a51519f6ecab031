# Placeholders of the template

variable "names" {
  type        = string
  description = "The template's {{ names }}, in customize[1].name."
}
