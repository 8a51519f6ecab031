# Authentication

variable "client_id" {
  type        = string
  default     = env("ARM_CLIENT_ID")
  description = "Application (client) ID to sign in with."
}

variable "tenant_id" {
  type        = string
  default     = env("ARM_TENANT_ID")
  description = "Tenant of that application."
}

variable "oidc_request_url" {
  type        = string
  default     = env("ACTIONS_ID_TOKEN_REQUEST_URL")
  description = "URL that issues ID tokens; GitHub sets it for jobs with the permission id-token: write."
}

variable "oidc_request_token" {
  type        = string
  default     = env("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
  sensitive   = true
  description = "Token for that URL; GitHub sets it."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosoother (output disk-b)."
}

variable "image_version" {
  type        = string
  default     = "2.0.0"
  description = "Gallery version to publish, such as 1.2.3. Default: the version in the template."
}

variable "image_version_gallery_a" {
  type        = string
  description = "Version to publish for the output gallery-a, such as 1.2.3. Default: the version of the source image."
}
