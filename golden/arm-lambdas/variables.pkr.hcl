# Parameters of the template

variable "names" {
  type        = list(string)
  default     = ["web", "db"]
  description = "The template's parameter names."
}

variable "prefix" {
  type        = string
  default     = "pkg-"
  description = "The template's parameter prefix."
}

variable "tags" {
  type = map(string)
  default = {
    team = "platform"
    cost = "1234"
  }
  description = "The template's parameter tags."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
