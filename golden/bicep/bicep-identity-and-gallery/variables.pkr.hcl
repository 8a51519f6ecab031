# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and the gallery version."
}

variable "galleryName" {
  type        = string
  default     = "golden"
  description = "Gallery of the image definition."
}

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

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}
