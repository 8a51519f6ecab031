# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and the managed image."
}

variable "imageName" {
  type        = string
  default     = null
  description = "Name of the image."

  validation {
    condition     = var.imageName == null ? true : length(var.imageName) >= 3
    error_message = "The length of imageName must be at least 3."
  }
}

variable "prefix" {
  type        = string
  default     = "img"
  description = "Name of the output and the managed image."
}

variable "runName" {
  type        = string
  default     = null
  description = "Name of the output."
}

variable "stamp" {
  type        = string
  default     = null
  description = "Tag built."
}

variable "day" {
  type        = string
  default     = null
  description = "Tag day."
}

variable "run" {
  type        = string
  default     = null
  description = "Tag run."
}

# Values from Azure

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
