# Parameters of the template

variable "images" {
  type = object({ noble = object({ offer = string, sku = string, size = string }) })
  default = {
    noble = {
      offer = "ubuntu-24_04-lts"
      sku   = "server"
      size  = "Standard_D2s_v5"
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
