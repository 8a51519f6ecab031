# Placeholders of the template

variable "region" {
  type        = string
  description = "<region> in the template: region of the build and the gallery version, used in step greet."
}

variable "vm_size" {
  type        = string
  description = "<vmSize> in the template: size of the build VM."
}

variable "subscription_id" {
  type        = string
  description = "<subscriptionID> in the template: subscription of the image definition."
}

variable "rg_name" {
  type        = string
  description = "<rgName> in the template: resource group of the image definition."
}

variable "gallery_name" {
  type        = string
  description = "<galleryName> in the template: gallery of the image definition."
}

variable "image_def_name" {
  type        = string
  description = "<imageDefName> in the template: name of the image definition."
}

variable "region2" {
  type        = string
  description = "<region2> in the template: region of the gallery version."
}

variable "run_output_name" {
  type        = string
  description = "<runOutputName> in the template: name of the output."
}

variable "owner_name" {
  type        = string
  description = "<owner name> in the template: tag owner."
}

variable "tag_name" {
  type        = string
  description = "<tagName> in the template: key of a tag."
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
