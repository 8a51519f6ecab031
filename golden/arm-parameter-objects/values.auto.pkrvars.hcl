# Packer reads this file by itself. Uncomment each line and fill it in.

vm = {
  size = "Standard_D4s_v5"
  disk = 128
  zone = "1"
}
more = {
  owner = "me"
  stage = "test"
}
tags = {
  "cost center" = "42"
}
packages = [
  {
    name    = "git"
    version = "2"
    from    = "backports"
  },
  {
    name    = "curl"
    version = "8"
  },
]

# image_version = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
