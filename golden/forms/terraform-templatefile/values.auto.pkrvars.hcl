# Packer reads this file automatically. Uncomment each line and fill it in.

# gallery_image_id = "" # Id of the image definition.
# regions          = [] # Regions of the gallery version.
