# Who builds

variable "use_azure_cli_auth" {
  type        = bool
  default     = true
  description = "Sign in as the az command line is. Set to false to sign in with the client variables below."
}

variable "client_id" {
  type        = string
  default     = env("ARM_CLIENT_ID")
  description = "Application (client) id of the service principal, where use_azure_cli_auth is false."
}

variable "client_secret" {
  type        = string
  default     = env("ARM_CLIENT_SECRET")
  sensitive   = true
  description = "Secret of the service principal."
}

variable "tenant_id" {
  type        = string
  default     = env("ARM_TENANT_ID")
  description = "Tenant of the service principal."
}

# Parameters of the template

variable "names" {
  type        = list(string)
  default     = ["b", "a", "c"]
  description = "Used in step configure."
}

variable "more" {
  type        = list(string)
  default     = ["c", "d"]
  description = "Used in step configure."
}

variable "sizes" {
  type = map(string)
  default = {
    small = "Standard_D2s_v5"
    large = "Standard_D8s_v5"
  }
  description = "Used in step configure."
}

variable "size" {
  type        = string
  default     = "small"
  description = "Used in step configure."

  validation {
    condition     = contains(["small", "large"], var.size)
    error_message = "The value of size must be small or large."
  }
}
