# Parameters of the template

variable "network" {
  type        = string
  default     = "builds"
  description = "The template's parameter network."
}

# What only Azure knows

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

variable "reference_network_resource_guid" {
  type        = string
  description = "What reference(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Network/virtualNe... gives: look it up with `az resource show --ids ...`."
}
