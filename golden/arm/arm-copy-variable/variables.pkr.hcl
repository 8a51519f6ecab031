# Parameters of the template

variable "names" {
  type        = list(string)
  default     = ["web", "db"]
  description = "Used in step live."
}

variable "count" {
  type        = number
  default     = 2
  description = "Used in step live."

  validation {
    condition     = var.count >= 0 && var.count <= 5
    error_message = "The value of count must be at least 0 and at most 5."
  }
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
