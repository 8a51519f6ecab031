variable "location" {
  type        = string
  description = "Region of the build and of the first replica"
}

variable "environment" {
  type    = string
  default = "dev"
  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "dev or prod."
  }
}

variable "regions" {
  description = "Regions that get the version"
  type        = list(string)
  default     = ["westeurope", "northeurope"]
}

variable "vm_size" {
  default = "Standard_D4s_v5"
}

variable "packages" {
  type    = list(string)
  default = ["curl", "jq"]
}

variable "gallery_id" {
  type        = string
  description = "Id of the gallery"
}

variable "admin_password" {
  type      = string
  sensitive = true
}

variable "resource_group_id" {
  type = string
}

variable "identity_id" {
  type = string
}
