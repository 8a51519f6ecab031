# Parameters of the template

variable "greeting" {
  type        = string
  description = "Used in step greet."
}
