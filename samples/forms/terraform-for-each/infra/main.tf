variable "images" {
  type = map(object({
    offer = string
    sku   = string
    size  = optional(string, "Standard_D2s_v5")
  }))
  default = {
    noble = { offer = "ubuntu-24_04-lts", sku = "server" }
    jammy = { offer = "0001-com-ubuntu-server-jammy", sku = "22_04-lts-gen2", size = "Standard_D4s_v5" }
  }
}

locals {
  group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-images"
}

resource "azurerm_shared_image" "each" {
  for_each            = var.images
  name                = "def-${each.key}"
  gallery_name        = "gal"
  resource_group_name = "rg-images"
  location            = "westeurope"
  os_type             = "Linux"
  hyper_v_generation  = "V2"

  identifier {
    publisher = "Contoso"
    offer     = each.value.offer
    sku       = each.key
  }
}

resource "azapi_resource" "each" {
  for_each  = var.images
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "it-${each.key}"
  location  = "westeurope"
  parent_id = local.group
  body = {
    properties = {
      vmProfile  = { vmSize = each.value.size }
      source     = { type = "PlatformImage", publisher = "Canonical", offer = each.value.offer, sku = each.value.sku, version = "latest" }
      customize  = [for step in ["curl", "jq"] : { type = "Shell", name = step, inline = ["sudo apt-get install -y ${step}"] }]
      distribute = [{ type = "SharedImage", galleryImageId = azurerm_shared_image.each[each.key].id, runOutputName = each.key, replicationRegions = ["westeurope"] }]
    }
  }
}
