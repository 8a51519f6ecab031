# Packer reads this file by itself. Uncomment each line and fill it in.

# image_version_third = "" # Version to publish for the output third, such as 1.2.3. Default: the source image's.
