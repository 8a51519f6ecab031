# Parameters of the template

variable "location" {
  type        = string
  default     = "USGov Virginia"
  description = "Region of the build and the gallery version."
}

variable "scriptAccount" {
  type        = string
  default     = "contososcripts"
  description = "Part of the URL of the file of step set up."
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
  description = "Resource group of the storage account contosodisks (output clerks-disk)."
}

variable "vhd_storage_account" {
  type        = string
  description = "Storage account for the VHD of the output clerks-spare; Image Builder created one in its staging resource group."
}

variable "vhd_container" {
  type        = string
  default     = "vhds"
  description = "Container in that storage account; it must exist."
}
