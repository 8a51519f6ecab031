# Parameters of the template

variable "location" {
  type        = string
  description = "The template's parameter location."
}

variable "vmSize" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "The template's parameter vmSize."
}
