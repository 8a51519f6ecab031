# Parameters of the template

variable "adminPassword" {
  type        = string
  sensitive   = true
  description = "Used in step configure."
}

variable "apiKey" {
  type        = string
  sensitive   = true
  description = "Used in step configure."
}

variable "keyVaultName" {
  type        = string
  default     = "vault"
  description = "Used in step configure."
}

variable "sshPublicKey" {
  type        = string
  description = "Used in step configure."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
