# Placeholders of the template

variable "region" {
  type        = string
  description = "The template's <region>, in location and 1 more."
}

variable "vm_size" {
  type        = string
  description = "The template's <vmSize>, in vmProfile.vmSize."
}

variable "subscription_id" {
  type        = string
  description = "The template's <subscriptionID>, in distribute[0].galleryImageId."
}

variable "rg_name" {
  type        = string
  description = "The template's <rgName>, in distribute[0].galleryImageId."
}

variable "gallery_name" {
  type        = string
  description = "The template's <galleryName>, in distribute[0].galleryImageId."
}

variable "image_def_name" {
  type        = string
  description = "The template's <imageDefName>, in distribute[0].galleryImageId."
}

variable "region2" {
  type        = string
  description = "The template's <region2>, in distribute[0].targetRegions[1].name."
}

variable "run_output_name" {
  type        = string
  description = "The template's <runOutputName>, in distribute[0].runOutputName."
}

variable "owner_name" {
  type        = string
  description = "The template's <owner name>, in distribute[0].artifactTags.owner."
}

variable "tag_name" {
  type        = string
  description = "The template's <tagName>, in a key of properties.distribute[0].artifactTags."
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
