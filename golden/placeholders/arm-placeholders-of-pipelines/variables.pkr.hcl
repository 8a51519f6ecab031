# Placeholders of the template

variable "location" {
  type        = string
  description = "#{location}# in the template: region of the build and the managed image, used in step configure."
}

variable "vm_size" {
  type        = string
  description = "{{ vmSize }} in the template: size of the build VM."
}

variable "image_name" {
  type        = string
  description = "__imageName__ in the template: name of the managed image."
}

variable "resource_group" {
  type        = string
  description = "__resourceGroup__ in the template: resource group of the managed image."
}

variable "run_output_name" {
  type        = string
  description = "$(runOutputName) in the template: name of the output."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
