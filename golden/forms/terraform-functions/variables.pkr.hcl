# Parameters of the template

variable "settings" {
  type = object({ size = string, tags = map(string) })
  default = {
    size = "Standard_D2s_v5"
    tags = {
      team = "one"
    }
  }
  description = "Size of the build VM, used in distribute[0].artifactTags[0]."
}

variable "project" {
  type        = string
  description = "Used in step first and distribute[0].artifactTags[1].big, part of the id of the image definition."
}

variable "build_number" {
  type        = number
  default     = 7
  description = "Used in step first and step second."
}

variable "uuid_result" {
  type        = string
  description = "Value of uuid() in Terraform: `terraform console` prints it."
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
