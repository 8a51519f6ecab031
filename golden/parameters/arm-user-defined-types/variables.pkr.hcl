# Parameters of the template

variable "vm" {
  type = object({ size = string, disk = optional(string) })
  default = {
    size = "Standard_D2s_v5"
  }
  description = "Size of the build VM, size in GB of the OS disk."
}

variable "env" {
  type        = string
  description = "Used in step configure."

  validation {
    condition     = contains(["dev", "prod"], var.env)
    error_message = "The value of env must be dev or prod."
  }
}

variable "labels" {
  type        = list(string)
  default     = null
  description = "Used in step configure."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
