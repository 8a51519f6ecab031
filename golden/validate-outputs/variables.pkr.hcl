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

variable "unvalidated" {
  type        = bool
  default     = false
  description = "Whether the version must not be the latest yet: scripts/build.sh says so until the validators have passed."
}

variable "image_version_copy" {
  type        = string
  default     = "1.0.0"
  description = "Version to publish for the output copy, as in 1.2.3: the template names this one."
}
