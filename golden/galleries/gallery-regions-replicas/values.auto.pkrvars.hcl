# Packer reads this file automatically. Uncomment each line and fill it in.

# first  = "" # Region of the build and the gallery version.
# second = "" # Region of the gallery version.
