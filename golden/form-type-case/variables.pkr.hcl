# Parameters of the template

variable "Location" {
  type        = string
  default     = "westeurope"
  description = "The template's parameter Location."
}
