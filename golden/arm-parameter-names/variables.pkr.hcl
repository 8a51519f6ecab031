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

variable "build_region" {
  type        = string
  default     = "westeurope"
  description = "Region of the build and the managed image."
}

variable "_1stSize" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "Size of the build VM."
}

variable "api-version" {
  type        = string
  default     = "v2"
  description = "Used in step configure."
}

variable "ImageName" {
  type        = string
  description = "Used in step configure."
}

variable "subscription_id" {
  type        = string
  default     = "not the one to build in"
  description = "Used in step configure."
}

variable "client_id_2" {
  type        = string
  default     = "a client"
  description = "Used in step configure."
}
