# Placeholders of the template

variable "location" {
  type        = string
  description = "@@LOCATION@@ in the template: region of the build and the managed image."
}

variable "vm_size" {
  type        = string
  description = "%VM_SIZE% in the template: size of the build VM."
}

variable "vnet_name" {
  type        = string
  description = "$vnetName in the template: virtual network of the subnet."
}

variable "subnet_name" {
  type        = string
  description = "$${subnet_name} in the template: name of the subnet."
}

variable "image_name" {
  type        = string
  description = "$imageName in the template: name of the managed image."
}

variable "group" {
  type        = string
  description = "$group in the template: resource group of the managed image."
}
