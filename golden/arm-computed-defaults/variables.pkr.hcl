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

variable "location" {
  type        = string
  description = "Region of the build and the managed image."
}

variable "imageName" {
  type        = string
  default     = null
  description = "Name of the image."

  validation {
    condition     = var.imageName == null ? true : length(var.imageName) >= 3
    error_message = "The length of imageName must be at least 3."
  }
}

variable "prefix" {
  type        = string
  default     = "img"
  description = "Name of the output and the managed image."
}

variable "runName" {
  type        = string
  default     = null
  description = "Name of the output."
}

variable "stamp" {
  type        = string
  default     = null
  description = "Tag built."
}

variable "day" {
  type        = string
  default     = null
  description = "Tag day."
}

variable "run" {
  type        = string
  default     = null
  description = "Tag run."
}

# Values from Azure

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

variable "subscription_id" {
  type        = string
  description = "Subscription to build in; in the template: subscription()."
}
