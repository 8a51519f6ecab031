# Values from Azure

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}
