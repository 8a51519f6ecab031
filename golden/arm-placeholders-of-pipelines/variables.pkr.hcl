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

# Placeholders of the template

variable "location" {
  type        = string
  description = "#{location}# in the template: region of the build and the managed image, used in step configure."
}

variable "vm_size" {
  type        = string
  description = "{{ vmSize }} in the template: size of the build VM."
}

variable "image_name" {
  type        = string
  description = "__imageName__ in the template: name of the image template and the managed image."
}

variable "resource_group" {
  type        = string
  description = "__resourceGroup__ in the template: resource group of the managed image."
}

variable "run_output_name" {
  type        = string
  description = "$(runOutputName) in the template: name of the output."
}
