# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and the managed image."
}

variable "subnetId" {
  type        = string
  description = "Id of the subnet."
}

variable "suffix" {
  type        = string
  description = "Name of the managed image."
}

variable "group" {
  type        = string
  description = "Resource group of the managed image."
}

variable "owner" {
  type        = string
  description = "Tag owner."
}

variable "identityName" {
  type        = string
  description = "Used in step greet."
}

variable "behindProxy" {
  type        = bool
  default     = false
  description = "URL of the file of step proxy."
}

variable "proxy" {
  type        = string
  default     = ""
  description = "URL of the file of step proxy."
}

variable "checksum" {
  type        = string
  default     = ""
  description = "SHA-256 of the file of step proxy."
}
