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
  description = "@@LOCATION@@ in the template: region of the build and the managed image."
}

variable "vm_size" {
  type        = string
  description = "%VM_SIZE% in the template: size of the build VM."
}

variable "vnet_name" {
  type        = string
  description = "$vnetName in the template: virtual network of the subnet."
}

variable "subnet_name" {
  type        = string
  description = "$${subnet_name} in the template: name of the subnet."
}

variable "image_name" {
  type        = string
  description = "$imageName in the template: name of the managed image."
}

variable "group" {
  type        = string
  description = "$group in the template: resource group of the managed image."
}
