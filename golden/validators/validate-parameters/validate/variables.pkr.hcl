# Parameters of the template

variable "galleryImageId" {
  type        = string
  description = "Id of the image definition."
}

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Region of the build and the gallery version."
}

variable "greeting" {
  type        = string
  default     = "hello"
  description = "Used in step hello and step greets."
}

variable "deepChecks" {
  type        = bool
  default     = false
  description = "Condition of step 2."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  description = "Version of the gallery image to validate, such as 1.2.3; run.sh sets it."
}

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
