# Parameters of the template

variable "network" {
  type        = string
  default     = "builds"
  description = "Virtual network of the subnet."
}

# Values from Azure

variable "resource_group_name" {
  type        = string
  description = "Resource group that the template was deployed to; in the template: resourceGroup()."
}

variable "virtual_network_resource_guid" {
  type        = string
  description = "Result of: az resource show --ids /subscriptions/SUBSCRIPTION_ID/resourceGroups/RESOURCE_GROUP_NAME/providers/Microsoft.Network/virtualNetworks/builds --query properties.resourceGuid -o tsv"
}
