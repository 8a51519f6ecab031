# Packer reads this file by itself. Uncomment each line and fill it in.

# image_version_third = "" # Version to publish for the output third, as in 1.2.3: the source image's.
