# Parameters of the template

variable "now" {
  type        = string
  default     = null
  description = "The template's parameter now."
}

variable "day" {
  type        = string
  default     = null
  description = "The template's parameter day."
}

variable "base" {
  type        = string
  default     = "2024-01-31T10:20:30Z"
  description = "The template's parameter base."
}
