# Packer reads this file by itself. Uncomment each line and fill it in.

# resource_group_tags = {} # What resourceGroup().tags gives: look it up with `az resource show --ids ...`.
