# Parameters of the template

variable "withTool" {
  type        = bool
  default     = false
  description = "The template's parameter withTool."
}
