# Parameters of the template

variable "buildId" {
  type        = string
  description = "Virtual network of the subnet."
}

# Values from Azure

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}
