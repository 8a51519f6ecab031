# Parameters of the template

variable "names" {
  type        = list(string)
  default     = ["web", "db"]
  description = "Used in step configure."
}

variable "prefix" {
  type        = string
  default     = "pkg-"
  description = "Used in step configure."
}

variable "tags" {
  type = map(string)
  default = {
    team = "platform"
    cost = "1234"
  }
  description = "Used in step configure."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
