# Parameters of the template

variable "images" {
  type = object({ jammy = object({ offer = string, sku = string, size = string }) })
  default = {
    jammy = {
      offer = "0001-com-ubuntu-server-jammy"
      sku   = "22_04-lts-gen2"
      size  = "Standard_D4s_v5"
    }
  }
  description = "Size of the build VM, offer of the source image, sku of the source image."
}

# Values from Azure

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
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
