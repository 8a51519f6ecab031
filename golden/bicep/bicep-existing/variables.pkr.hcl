# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and the gallery version."
}

variable "platformGroup" {
  type        = string
  default     = "rg-platform"
  description = "Resource group of the subnet."
}

# Values from Azure

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}
