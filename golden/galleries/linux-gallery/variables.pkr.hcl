# Placeholders of the template

variable "subscription_id" {
  type        = string
  description = "<subscriptionID> in the template: subscription of the subnet and the image definition."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  default     = null
  description = "Gallery version to publish, such as 1.2.3. Default: numbered by the clock, as Image Builder does."
}
