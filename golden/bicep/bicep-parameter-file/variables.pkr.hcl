# Parameters of the template

variable "location" {
  type        = string
  description = "Where to build."
}

variable "vmSize" {
  type        = string
  default     = "Standard_D4s_v5"
  description = "Size of the build VM."

  validation {
    condition     = contains(["Standard_D2s_v5", "Standard_D4s_v5"], var.vmSize)
    error_message = "The value of vmSize must be Standard_D2s_v5 or Standard_D4s_v5."
  }
}

variable "osDiskSizeGB" {
  type        = number
  default     = 128
  description = "Size in GB of the OS disk."

  validation {
    condition     = var.osDiskSizeGB >= 30 && var.osDiskSizeGB <= 1023
    error_message = "The value of osDiskSizeGB must be at least 30 and at most 1023."
  }
}

variable "image" {
  type        = object({ galleryImageId = string })
  description = "Decides which steps run, id of the image definition."
}

variable "agentToken" {
  type        = string
  sensitive   = true
  description = "Token of the agent pool."
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
