# Packer reads this file automatically. Uncomment each line and fill it in.

# location       = "" # Region to build in; in the template: that of the resource group or deployment.
# galleryImageId = "" # Id of the image definition.
