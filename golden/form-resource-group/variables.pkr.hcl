# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Region of the image."
}

variable "galleryName" {
  type        = string
  description = "Gallery that gets the image."
}

variable "imageTemplateName" {
  type        = string
  default     = "ubuntu-base"
  description = "The template's parameter imageTemplateName."
}

# What only Azure knows

variable "subscription_id" {
  type        = string
  description = "Subscription to build in; in the template: subscription()."
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
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
  description = "Versions that the image definition has: az sig image-version list -g ... -r ... -i ubuntu-base --query '[].name' -o json."
}
