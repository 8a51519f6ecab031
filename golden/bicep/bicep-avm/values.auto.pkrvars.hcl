# Packer reads this file automatically. Uncomment each line and fill it in.

# location       = "" # Region of the build and the gallery version.
# galleryImageId = "" # Name of the output, id of the image definition.
