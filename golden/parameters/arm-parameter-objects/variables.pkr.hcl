# Parameters of the template

variable "vm" {
  type = object({ size = string, disk = number })
  default = {
    size = "Standard_D2s_v5"
    disk = 64
  }
  description = "Size of the build VM, size in GB of the OS disk."
}

variable "more" {
  type = map(string)
  default = {
    owner = "platform"
  }
  description = "Tags."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags."
}

variable "packages" {
  type = list(object({ name = string, version = string }))
  default = [
    {
      name    = "git"
      version = "2"
    },
  ]
  description = "Used in step install."
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
