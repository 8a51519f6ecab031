# Parameters of the template

variable "staging" {
  type        = string
  default     = "staging-rg"
  description = "The template's parameter staging."
}
