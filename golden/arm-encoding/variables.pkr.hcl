# Parameters of the template

variable "text" {
  type        = string
  default     = "héllo wörld"
  description = "The template's parameter text."
}

variable "settings" {
  type        = string
  default     = "{\"mode\": \"fast\", \"count\": 3}"
  description = "The template's parameter settings."
}
