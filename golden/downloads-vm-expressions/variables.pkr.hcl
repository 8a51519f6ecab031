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

variable "identities" {
  type        = list(string)
  default     = ["/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/identity-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/blob-reader"]
  description = "Id of the identity."
}

variable "checksum" {
  type        = string
  description = "SHA-256 of the file of step set up."
}

variable "project" {
  type        = string
  default     = "Contoso"
  description = "URL of the file of step set up, the file of step licensed and the file of step tool, used in step tool."
}

variable "sasToken" {
  type        = string
  sensitive   = true
  description = "URL of the file of step licensed."
}
