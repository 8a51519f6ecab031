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

variable "trusted_launch" {
  type        = bool
  default     = false
  description = "Whether the build VM has Trusted Launch (secure boot and vTPM), as an image definition with that security type wants it. Goes with gallery versions and VHDs, not with managed images."
}

variable "spot" {
  type        = bool
  default     = false
  description = "Whether the build VM is a spot VM: cheaper, and gone when Azure needs its place."
}

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = null
  description = "Addresses that may reach the build VM. Unset: any."
}
