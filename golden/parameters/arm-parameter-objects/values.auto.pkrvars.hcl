vm = {
  size = "Standard_D4s_v5"
  disk = 128
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
  },
  {
    name    = "curl"
    version = "8"
  },
]
