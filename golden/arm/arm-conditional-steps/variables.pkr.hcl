# Parameters of the template

variable "installDocker" {
  type        = bool
  default     = false
  description = "Whether Docker is in the image."
}

variable "ring" {
  type        = string
  default     = "prod"
  description = "Decides which steps run, used in a step."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
