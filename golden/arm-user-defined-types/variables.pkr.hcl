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
