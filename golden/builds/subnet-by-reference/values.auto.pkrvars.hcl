# Packer reads this file automatically. Uncomment each line and fill it in.

# resource_group_name           = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# virtual_network_resource_guid = "" # Result of: az resource show --ids /subscriptions/SUBSCRIPTION_ID/resourceGroups/RESOURCE_GROUP_NAME/providers/Microsoft.Network/virtualNetworks/builds --query properties.resourceGuid -o tsv
