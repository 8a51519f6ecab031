# Packer reads this file by itself. Uncomment each line and fill it in.

# image_version = "" # Version to publish to the gallery: the source image's, as in 1.2.3.
