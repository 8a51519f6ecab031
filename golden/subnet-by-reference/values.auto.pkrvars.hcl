# Packer reads this file by itself. Uncomment each line and fill it in.

# resource_group_name             = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# reference_network_resource_guid = "" # What reference(/subscriptions/<subscription_id>/resourceGroups/<resource_group_name>/providers/Microsoft.Network/virtualNe... gives: look it up with `az resource show --ids ...`.
