# Packer reads this file by itself. Uncomment each line and fill it in.

# prefix          = "" # The template's <<prefix>>, in variables.name.
# image_group     = "" # The template's <imageGroup>, in distribute[0].imageId.
# subscription_id = "" # Subscription to build in; in the template: subscription().
