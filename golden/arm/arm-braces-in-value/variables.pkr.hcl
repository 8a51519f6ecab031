# Parameters of the template

variable "size" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "Size of the build VM."
}

variable "blobTags" {
  type = map(string)
  default = {
    "a b" = "x"
  }
  description = "Tags."
}

variable "tags" {
  type = map(string)
  default = {
    built = "{{ isotime }}"
  }
  description = "Tags."
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

variable "vhd_storage_resource_group" {
  type        = string
  description = "Resource group of the storage account contosodisks (output first)."
}
