# Parameters of the template

variable "gallery" {
  type        = string
  default     = "sigShared"
  description = "Gallery of the source image, tag role."
}

variable "staging" {
  type        = string
  default     = "rg-staging"
  description = "Name of the resource group to build in."
}

variable "network" {
  type        = string
  description = "Virtual network of the subnet."
}

variable "imageId" {
  type        = string
  description = "Id of the managed image."
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

variable "tenant_id" {
  type        = string
  description = "Tenant of the subscription."
}
