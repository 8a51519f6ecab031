# Parameters of the template

variable "vm" {
  type = object({ size = string, disk = number })
  default = {
    size = "Standard_D2s_v5"
    disk = 64
  }
  description = "The template's parameter vm."
}

variable "more" {
  type = map(string)
  default = {
    owner = "platform"
  }
  description = "The template's parameter more."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "The template's parameter tags."
}

variable "packages" {
  type = list(object({ name = string, version = string }))
  default = [
    {
      name    = "git"
      version = "2"
    },
  ]
  description = "The template's parameter packages."
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
