# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Region of the build and the managed image, name of the output."
}

variable "naming_resource_group_id" {
  type        = string
  description = "Value of module.naming.resource_group_id in Terraform: `terraform console` prints it."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
