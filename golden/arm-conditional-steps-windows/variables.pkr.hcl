# Parameters of the template

variable "patch" {
  type        = bool
  default     = true
  description = "The template's parameter patch."
}
