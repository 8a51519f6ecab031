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
