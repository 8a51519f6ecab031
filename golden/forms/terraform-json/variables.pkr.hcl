# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Where to build"
}

variable "subscription_id" {
  type        = string
  default     = "11111111-2222-3333-4444-555555555555"
  description = "Subscription of the managed image."
}

variable "packages" {
  type        = list(string)
  default     = ["nginx", "jq"]
  description = "Used in step packages."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
