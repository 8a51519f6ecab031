# Parameters of the template

variable "galleries_sigBase_name" {
  type        = string
  description = "The template's parameter galleries_sigBase_name."
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
  description = "Version to publish to the gallery, as in 1.2.3. Unset: numbered by the clock, as Image Builder does."
}
