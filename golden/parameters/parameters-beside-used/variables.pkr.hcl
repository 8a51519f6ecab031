# Parameters of the template

variable "source" {
  type = object({ publisher = string, offer = string, sku = string })
  default = {
    publisher = "canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
  }
  description = "Image to start from."
}

variable "location" {
  type        = string
  description = "Region to build in."
}

variable "cores" {
  type        = number
  default     = 4
  description = "Cores of the build VM."

  validation {
    condition     = contains([2, 4, 8], var.cores)
    error_message = "The value of cores must be 2, 4 or 8."
  }
}

variable "diskSize" {
  type        = number
  default     = 64
  description = "Size in GB of the OS disk."

  validation {
    condition     = var.diskSize >= 30 && var.diskSize <= 1024
    error_message = "The value of diskSize must be at least 30 and at most 1024."
  }
}

variable "regions" {
  type        = list(string)
  default     = ["westeurope", "northeurope"]
  description = "Regions that get the image."

  validation {
    condition     = length(var.regions) >= 1
    error_message = "The length of regions must be at least 1."
  }
}

variable "excludeFromLatest" {
  type        = bool
  default     = false
  description = "Whether the gallery version is excluded from latest."
}

variable "prefix" {
  type        = string
  default     = "img"
  description = "Name of the output."

  validation {
    condition     = length(var.prefix) >= 3 && length(var.prefix) <= 12
    error_message = "The length of prefix must be at least 3 and at most 12."
  }
}

variable "suffix" {
  type        = string
  default     = null
  description = "Added to the name, if given."
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
