# Parameters of the template

variable "source" {
  type = map(string)
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
    error_message = "The value of cores must be one of those that the template allows."
  }
}

variable "diskSize" {
  type        = number
  default     = 64
  description = "The template's parameter diskSize."

  validation {
    condition     = var.diskSize >= 30
    error_message = "The value of diskSize must be at least 30."
  }

  validation {
    condition     = var.diskSize <= 1024
    error_message = "The value of diskSize must be at most 1024."
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
  description = "The template's parameter excludeFromLatest."
}

variable "prefix" {
  type        = string
  default     = "img"
  description = "The template's parameter prefix."

  validation {
    condition     = length(var.prefix) >= 3
    error_message = "The length of prefix must be at least 3."
  }

  validation {
    condition     = length(var.prefix) <= 12
    error_message = "The length of prefix must be at most 12."
  }
}

variable "suffix" {
  type        = string
  default     = null
  description = "Added to the name, if given."
}

# What Image Builder chose by itself

variable "image_version" {
  type        = string
  default     = null
  description = "Version to publish to the gallery, as in 1.2.3. Unset: the next one, counted from existing_versions."
}

variable "existing_versions" {
  type        = list(string)
  default     = []
  description = "Versions that the image definition has: az sig image-version list -g rg-images -r sigBase -i ubuntu-base --query '[].name' -o json."
}
