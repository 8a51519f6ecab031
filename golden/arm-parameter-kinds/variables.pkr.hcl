# Who builds

variable "use_azure_cli_auth" {
  type        = bool
  default     = true
  description = "Sign in as the az command line is. Set to false to sign in with the client variables below."
}

variable "client_id" {
  type        = string
  default     = env("ARM_CLIENT_ID")
  description = "Application (client) id of the service principal, where use_azure_cli_auth is false."
}

variable "client_secret" {
  type        = string
  default     = env("ARM_CLIENT_SECRET")
  sensitive   = true
  description = "Secret of the service principal."
}

variable "tenant_id" {
  type        = string
  default     = env("ARM_TENANT_ID")
  description = "Tenant of the service principal."
}

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
