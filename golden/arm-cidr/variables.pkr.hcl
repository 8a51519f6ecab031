# Parameters of the template

variable "range" {
  type        = string
  default     = "10.20.0.0/16"
  description = "The template's parameter range."
}
