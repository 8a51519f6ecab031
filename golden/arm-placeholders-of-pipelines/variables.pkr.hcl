# Placeholders of the template

variable "location" {
  type        = string
  description = "The template's #{location}#, in location and 1 more."
}

variable "vm_size" {
  type        = string
  description = "The template's {{ vmSize }}, in vmProfile.vmSize."
}

variable "image_name" {
  type        = string
  description = "The template's __imageName__, in name and 1 more."
}

variable "resource_group" {
  type        = string
  description = "The template's __resourceGroup__, in distribute[0].imageId."
}

variable "run_output_name" {
  type        = string
  description = "The template's $(runOutputName), in distribute[0].runOutputName."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
