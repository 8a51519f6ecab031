packer {
  required_version = ">= 1.13.0"

  required_plugins {
    windows-update = {
      source  = "github.com/rgl/windows-update"
      version = "~> 0.17"
    }
  }
}
