# Packer reads this file automatically. Uncomment each line and fill it in.

# resource_group_name           = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# virtual_network_resource_guid = "" # Result of: az resource show --ids /subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Network/virtualNetworks/<network> --query properties.resourceGuid -o tsv
