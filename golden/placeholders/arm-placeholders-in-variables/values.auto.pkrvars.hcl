# Packer reads this file automatically. Uncomment each line and fill it in.

# prefix          = "" # <<prefix>> in the template: name of the output and the managed image.
# image_group     = "" # <imageGroup> in the template: resource group of the managed image.
# subscription_id = "" # Subscription to build in.
