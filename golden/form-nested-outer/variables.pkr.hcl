# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Region of the image."
}
