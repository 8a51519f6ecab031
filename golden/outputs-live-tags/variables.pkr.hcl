# Parameters of the template

variable "regions" {
  type        = list(string)
  default     = null
  description = "The template's parameter regions."
}

variable "stage" {
  type        = string
  default     = "test"
  description = "The template's parameter stage."
}

variable "imageTags" {
  type = map(string)
  default = {
    kind = "image"
  }
  description = "The template's parameter imageTags."
}

variable "excluded" {
  type        = bool
  default     = null
  description = "The template's parameter excluded."
}

variable "maybe" {
  type        = map(string)
  default     = null
  description = "The template's parameter maybe."
}

variable "on" {
  type        = bool
  default     = false
  description = "The template's parameter on."
}

variable "versionTags" {
  type = map(string)
  default = {
    kind = "version"
  }
  description = "The template's parameter versionTags."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output disk)."
}
