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

variable "region" {
  type        = string
  description = "<region> in the template: region of the build and the gallery version, used in step greet."
}

variable "vm_size" {
  type        = string
  description = "<vmSize> in the template: size of the build VM."
}

variable "subscription_id" {
  type        = string
  description = "<subscriptionID> in the template: subscription of the image definition."
}

variable "rg_name" {
  type        = string
  description = "<rgName> in the template: resource group of the image definition."
}

variable "gallery_name" {
  type        = string
  description = "<galleryName> in the template: gallery of the image definition."
}

variable "image_def_name" {
  type        = string
  description = "<imageDefName> in the template: name of the image definition."
}

variable "region2" {
  type        = string
  description = "<region2> in the template: region of the gallery version."
}

variable "run_output_name" {
  type        = string
  description = "<runOutputName> in the template: name of the output."
}

variable "owner_name" {
  type        = string
  description = "<owner name> in the template: tag owner."
}

variable "tag_name" {
  type        = string
  description = "<tagName> in the template: key of a tag."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  default     = null
  description = "Version to publish to the gallery, as in 1.2.3. Unset: the next one, counted from existing_versions."
}

variable "existing_versions" {
  type        = list(string)
  default     = []
  description = "Versions that the image definition has: az sig image-version list -g ... -r ... -i ... --query '[].name' -o json."
}
