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

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}

# Options, off by default

variable "extra_tags" {
  type        = map(string)
  default     = {}
  description = "Tags for all that the build makes, over those of the template, as policies may demand."
}

variable "build_resource_group_name" {
  type        = string
  default     = null
  description = "Existing resource group to build in. Unset: a temporary one is made."
}

variable "build_key_vault_name" {
  type        = string
  default     = null
  description = "Existing key vault for the certificate of WinRM. Unset: a temporary one is made."
}

variable "skip_create_build_key_vault" {
  type        = bool
  default     = null
  description = "Whether no key vault is made; the image must then set up WinRM over HTTPS by itself."
}
