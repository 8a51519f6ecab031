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
  description = "Id of the image definition."
}

variable "regions" {
  type        = list(string)
  default     = ["northeurope", "West Europe"]
  description = "Regions of the gallery version."
}

variable "tags" {
  type = map(string)
  default = {
    tier  = "gold"
    owner = "it's us"
    note  = "two\nlines"
  }
  description = "Tags."
}

variable "group" {
  type        = string
  default     = "images-rg"
  description = "Resource group of the managed image."
}

variable "imageName" {
  type        = string
  default     = "image"
  description = "Name of the managed image."
}

variable "imageRegion" {
  type        = string
  default     = "North Europe"
  description = "Region of the managed image."
}

variable "who" {
  type        = string
  default     = "O'Brien `id` $HOME"
  description = "Tag built by."
}

variable "released" {
  type        = string
  default     = "2024-01-02T03:04:05Z"
  description = "Tag released."
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

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account for the output disk; Packer asks for it."
}
