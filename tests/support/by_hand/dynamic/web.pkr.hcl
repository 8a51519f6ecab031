variable "machine" {
  type    = object({ size = string, disk = number, region = string })
  default = { size = "Standard_D4s_v5", disk = 64, region = "westeurope" }
}

variable "regions" {
  type    = map(object({ replicas = number }))
  default = { westeurope = { replicas = 1 }, northeurope = { replicas = 3 } }
}

variable "steps" {
  type = list(object({ name = string, lines = list(string) }))
}

locals {
  marketplace = { publisher = "canonical", offer = "ubuntu-24_04-lts", plan = ["server", "latest"] }
  gallery     = split("/", "00000000-0000-0000-0000-000000000001/images/company/web")
  minutes     = format("%dm", 120)
}

source "azure-arm" "web" {
  use_azure_cli_auth           = true
  subscription_id              = local.gallery[0]
  location                     = var.machine.region
  vm_size                      = var.machine["size"]
  os_disk_size_gb              = var.machine.disk
  os_type                      = title("linux")
  image_publisher              = local.marketplace.publisher
  image_offer                  = lookup(local.marketplace, "offer", "none")
  image_sku                    = local.marketplace.plan[0]
  image_version                = local.marketplace.plan[1]
  polling_duration_timeout     = local.minutes
  shared_image_gallery_timeout = local.minutes
  azure_tags                   = merge({ team = "web" }, {})

  shared_image_gallery_destination {
    subscription   = local.gallery[0]
    resource_group = local.gallery[1]
    gallery_name   = local.gallery[2]
    image_name     = local.gallery[3]
    image_version  = join(".", ["1", "0", "0"])

    dynamic "target_region" {
      for_each = var.regions
      iterator = each
      content {
        name     = each.key
        replicas = each.value.replicas
      }
    }
  }
}

build {
  sources = ["azure-arm.web"]

  dynamic "provisioner" {
    for_each = var.steps
    labels   = ["shell"]
    content {
      name   = provisioner.value.name
      inline = provisioner.value.lines
    }
  }

  provisioner "shell" {
    inline = ["sudo waagent -force -deprovision+user"]
  }
}
