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

# Parameters of the template

variable "gallery" {
  type        = string
  description = "Gallery to publish to."
}

variable "licenseKey" {
  type        = string
  sensitive   = true
  description = "License key of the agent."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest of major 1; run.sh finds it."
}

variable "unvalidated" {
  type        = bool
  default     = false
  description = "Exclude the version from latest until the validators have passed (set by run.sh)."
}
