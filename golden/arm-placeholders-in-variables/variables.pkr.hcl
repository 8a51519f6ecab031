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

variable "ring" {
  type        = string
  default     = "canary"
  description = "Name of the output and the managed image."
}

# Placeholders of the template

variable "prefix" {
  type        = string
  description = "<<prefix>> in the template: name of the output and the managed image."
}

variable "image_group" {
  type        = string
  description = "<imageGroup> in the template: resource group of the managed image."
}

# Values from Azure

variable "subscription_id" {
  type        = string
  description = "Subscription to build in; in the template: subscription()."
}
