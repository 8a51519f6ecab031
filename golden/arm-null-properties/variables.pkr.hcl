# Parameters of the template

variable "long" {
  type        = bool
  default     = false
  description = "The template's parameter long."
}

variable "staging" {
  type        = string
  default     = ""
  description = "The template's parameter staging."
}
