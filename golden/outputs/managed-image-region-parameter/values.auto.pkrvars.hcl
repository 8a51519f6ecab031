# Packer reads this file automatically. Uncomment each line and fill it in.

# serviceLocation = "" # Region of the build and the gallery version.
