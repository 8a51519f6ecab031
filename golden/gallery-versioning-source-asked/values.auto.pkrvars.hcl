# Packer reads this file by itself. Uncomment each line and fill it in.

# image_version = "" # Gallery version to publish, such as 1.2.3. Image Builder takes that of the source image; run.sh finds it.
