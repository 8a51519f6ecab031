# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "The template's parameter location."
}
