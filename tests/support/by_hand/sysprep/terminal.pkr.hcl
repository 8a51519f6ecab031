packer {
  required_plugins {
    azure = {
      source  = "github.com/hashicorp/azure"
      version = "~> 2.5"
    }
  }
}

source "azure-arm" "windows" {
  use_azure_cli_auth        = true
  subscription_id           = "00000000-0000-0000-0000-000000000001"
  build_resource_group_name = "builds"
  vm_size                   = "Standard_D2s_v5"
  os_disk_size_gb           = 127
  os_type                   = "Windows"
  image_publisher           = "MicrosoftWindowsServer"
  image_offer               = "WindowsServer"
  image_sku                 = "2022-datacenter-azure-edition"
  communicator              = "winrm"
  winrm_use_ssl             = true
  winrm_insecure            = true
  winrm_timeout             = "10m"

  shared_image_gallery_destination {
    subscription        = "00000000-0000-0000-0000-000000000001"
    resource_group      = "images"
    gallery_name        = "company"
    image_name          = "terminal"
    image_version       = "1.0.0"
    replication_regions = ["UK South"]
  }
}

build {
  sources = ["source.azure-arm.windows"]

  provisioner "powershell" {
    inline = ["New-Item -Path C:\\apps -ItemType Directory -Force"]
  }

  provisioner "windows-restart" {
    restart_timeout = "15m"
  }

  provisioner "powershell" {
    inline = [
      "& $env:SystemRoot\\System32\\Sysprep\\Sysprep.exe /oobe /generalize /quiet /quit",
      "while ((Get-ItemProperty HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State).ImageState -ne 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE') { Start-Sleep 5 }",
    ]
  }
}
