# Packer reads this file by itself. Uncomment each line and fill it in.

# image_version = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
