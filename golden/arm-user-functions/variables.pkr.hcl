# Parameters of the template

variable "team" {
  type        = string
  default     = "Platform"
  description = "The template's parameter team."
}
