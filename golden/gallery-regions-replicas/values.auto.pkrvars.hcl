# Packer reads this file by itself. Uncomment each line and fill it in.

# first  = "" # Region of the build and the gallery version.
# second = "" # Region of the gallery version.
