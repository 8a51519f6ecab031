# Parameters of the template

variable "ring" {
  type        = string
  description = "The template's parameter ring."
}

# What only Azure knows

variable "subscription_id" {
  type        = string
  description = "Subscription to build in; in the template: subscription()."
}

# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = "0.2.31"
  description = "Version to publish to the gallery, as in 1.2.3; the template names this one."
}
