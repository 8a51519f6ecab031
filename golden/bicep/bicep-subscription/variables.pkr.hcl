# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and the gallery version."
}

variable "environment" {
  type        = string
  default     = "dev"
  description = "Resource group of the image definition, gallery of the image definition."

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "The value of environment must be dev or prod."
  }
}

# Values from Azure

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

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}
