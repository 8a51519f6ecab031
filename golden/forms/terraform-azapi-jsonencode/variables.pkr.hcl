# Parameters of the template

variable "location" {
  type        = string
  description = "Region of the build and of the first replica"
}

variable "vm_size" {
  type        = string
  default     = "Standard_D4s_v5"
  description = "Size of the build VM."
}

variable "gallery_id" {
  type        = string
  description = "Id of the gallery"
}

variable "environment" {
  type        = string
  default     = "dev"
  description = "Decides which steps run, name of the image definition and the output, tag environment."

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "The value of environment must be dev or prod."
  }
}

variable "regions" {
  type        = list(string)
  default     = ["westeurope", "northeurope"]
  description = "Regions that get the version"
}

variable "packages" {
  type        = list(string)
  default     = ["curl", "jq"]
  description = "Used in a step."
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
