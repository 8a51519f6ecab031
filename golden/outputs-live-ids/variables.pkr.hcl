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

variable "copyGalleryImageId" {
  type        = string
  default     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/copy"
  description = "Id of the image definition."
}

variable "major" {
  type        = number
  default     = 2
  description = "Major number of the gallery version."
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

variable "image_version_third" {
  type        = string
  description = "Version to publish for the output third, as in 1.2.3: the source image's."
}
