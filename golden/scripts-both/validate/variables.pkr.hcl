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

variable "galleryImageId" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/4.5.6"
  description = "The template's parameter galleryImageId."
}

# What Image Builder chose by itself

variable "image_version" {
  type        = string
  description = "Version of the gallery image to validate, such as 1.2.3; run.sh sets it."
}
