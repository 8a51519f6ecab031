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

variable "regions" {
  type        = list(string)
  default     = ["northeurope", "West Europe"]
  description = "The template's parameter regions."
}

variable "imageRegion" {
  type        = string
  default     = "North Europe"
  description = "The template's parameter imageRegion."
}

variable "tags" {
  type = map(string)
  default = {
    tier  = "gold"
    owner = "it's us"
    note  = "two\nlines"
  }
  description = "The template's parameter tags."
}

variable "imageName" {
  type        = string
  default     = "image"
  description = "The template's parameter imageName."
}

variable "group" {
  type        = string
  default     = "images-rg"
  description = "The template's parameter group."
}

variable "who" {
  type        = string
  default     = "O'Brien `id` $HOME"
  description = "The template's parameter who."
}

variable "released" {
  type        = string
  default     = "2024-01-02T03:04:05Z"
  description = "The template's parameter released."
}

# What Image Builder chose by itself

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

variable "unvalidated" {
  type        = bool
  default     = false
  description = "Exclude the version from latest until the validators have passed (set by run.sh)."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output disk)."
}
