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
