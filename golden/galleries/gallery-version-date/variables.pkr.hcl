# Parameters of the template

variable "minutes" {
  type        = number
  default     = 90
  description = "Time limit in minutes of the build."
}

variable "date" {
  type        = string
  default     = null
  description = "Version of the gallery image."
}

variable "gallery" {
  type        = string
  description = "Gallery of the image definition."
}

variable "definition" {
  type        = string
  description = "Name of the image definition."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  default     = null
  description = "Gallery version to publish, such as 1.2.3. Default: the version in the template."
}

variable "unvalidated" {
  type        = bool
  default     = false
  description = "Exclude the version from latest until the validators have passed (set by run.sh)."
}
