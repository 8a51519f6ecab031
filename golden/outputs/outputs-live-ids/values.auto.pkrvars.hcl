# Packer reads this file automatically. Uncomment each line and fill it in.

# image_version_third = "" # Version to publish for the output third, such as 1.2.3. Default: the version of the source image.
