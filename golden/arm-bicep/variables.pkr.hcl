# Parameters of the template

variable "location" {
  type        = string
  description = "The template's parameter location."
}
