variable "subscription" {
  type = string
}

source "azure-arm" "common" {
  use_azure_cli_auth           = true
  subscription_id              = var.subscription
  location                     = "westeurope"
  os_type                      = "Linux"
  image_publisher              = "canonical"
  image_offer                  = "ubuntu-24_04-lts"
  image_sku                    = "server"
  polling_duration_timeout     = "120m"
  shared_image_gallery_timeout = "120m"
}

source "azure-arm" "database" {
  use_azure_cli_auth                = true
  location                          = "westeurope"
  vm_size                           = "Standard_E8s_v5"
  os_type                           = "Windows"
  image_publisher                   = "MicrosoftSQLServer"
  image_offer                       = "sql2022-ws2022"
  image_sku                         = "standard-gen2"
  managed_image_name                = "database"
  managed_image_resource_group_name = "images"
}

build {
  name = "web"

  source "source.azure-arm.common" {
    vm_size         = "Standard_D4s_v5"
    os_disk_size_gb = 64
    azure_tags      = { team = "web" }

    shared_image_gallery_destination {
      subscription        = "00000000-0000-0000-0000-000000000001"
      resource_group      = "images"
      gallery_name        = "company"
      image_name          = "web"
      image_version       = "1.0.0"
      replication_regions = ["westeurope", "northeurope"]
    }
  }

  provisioner "shell" {
    inline = ["sudo apt-get update", "sudo apt-get --yes dist-upgrade"]
  }

  provisioner "shell" {
    inline = ["sudo apt-get install --yes git", "sudo apt-get install --yes jq", "git --version > /tmp/tools"]
  }

  provisioner "shell" {
    inline = ["sudo useradd --create-home deploy", "sudo usermod --append --groups adm deploy"]
  }

  provisioner "shell" {
    inline = ["/usr/sbin/waagent -force -deprovision+user && export HISTSIZE=0 && sync"]
  }
}

build {
  name    = "database"
  sources = ["source.azure-arm.database"]

  provisioner "powershell" {
    inline = ["Set-Service MSSQLSERVER -StartupType Automatic"]
  }
}
