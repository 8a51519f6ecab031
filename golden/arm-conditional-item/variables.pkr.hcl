# Parameters of the template

variable "monitoring" {
  type        = bool
  default     = true
  description = "The template's parameter monitoring."
}

variable "endpoint" {
  type        = string
  default     = "https://monitor.example.com"
  description = "The template's parameter endpoint."
}
