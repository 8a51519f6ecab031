# Parameters of the template

variable "vm" {
  default     = null
  description = "The template's parameter vm. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
}

variable "more" {
  type = map(string)
  default = {
    owner = "platform"
  }
  description = "The template's parameter more."
}

variable "tags" {
  default     = null
  description = "The template's parameter tags. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
}

variable "packages" {
  default     = null
  description = "The template's parameter packages. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
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
