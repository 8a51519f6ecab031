# Parameters of the template

variable "product" {
  type        = string
  default     = "agent"
  description = "The template's parameter product."
}

variable "key" {
  type        = string
  sensitive   = true
  description = "The template's parameter key."
}
