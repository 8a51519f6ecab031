locals {
  image_properties_map = {
    "ubuntu22" = {
      publisher    = "canonical"
      offer        = "0001-com-ubuntu-server-jammy"
      sku          = "22_04-lts"
      os_disk_size = 75
    },
    "ubuntu24" = {
      publisher    = "Canonical"
      offer        = "ubuntu-24_04-lts"
      sku          = "server"
      os_disk_size = coalesce(var.os_disk_size_gb, 64)
    }
  }
  image_properties = local.image_properties_map[var.image_os]
  install_user     = "deploy"
}

source "azure-arm" "image" {
  client_id       = var.client_id
  client_secret   = var.client_secret
  subscription_id = var.subscription_id
  tenant_id       = var.tenant_id

  location                     = var.location
  vm_size                      = var.vm_size
  os_disk_size_gb              = local.image_properties.os_disk_size
  os_type                      = "Linux"
  image_publisher              = local.image_properties.publisher
  image_offer                  = local.image_properties.offer
  image_sku                    = local.image_properties["sku"]
  polling_duration_timeout     = "2h"
  shared_image_gallery_timeout = "120m"

  shared_image_gallery_destination {
    subscription        = var.subscription_id
    resource_group      = "images"
    gallery_name        = "company"
    image_name          = "web"
    image_version       = var.version
    replication_regions = ["North Europe", var.location]
  }

  dynamic "azure_tag" {
    for_each = var.azure_tags
    content {
      name  = azure_tag.key
      value = azure_tag.value
    }
  }
}
