# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Region of the image."
}

variable "regions" {
  type        = list(string)
  default     = ["westeurope", "northeurope"]
  description = "The template's parameter regions."
}

# What only Azure knows

variable "subscription_id" {
  type        = string
  description = "Subscription to build in; in the template: subscription()."
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
  description = "Versions that the image definition has: az sig image-version list -g rg-images -r sigBase -i ubuntu-base --query '[].name' -o json."
}
