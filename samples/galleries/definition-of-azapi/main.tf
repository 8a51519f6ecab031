resource "azurerm_resource_group" "rg" {
  name     = "rg-images"
  location = "westeurope"
}

resource "azapi_resource" "gallery" {
  type      = "Microsoft.Compute/galleries@2024-03-03"
  name      = "golden"
  parent_id = azurerm_resource_group.rg.id
  location  = "westeurope"
}

resource "azapi_resource" "web" {
  type      = "Microsoft.Compute/galleries/images@2024-03-03"
  name      = "web"
  parent_id = azapi_resource.gallery.id
  location  = "westeurope"
  body = {
    properties = {
      osType           = "Linux"
      osState          = "Generalized"
      hyperVGeneration = "V2"
      identifier       = { publisher = "contoso", offer = "servers", sku = "web" }
      features         = [{ name = "SecurityType", value = "TrustedLaunch" }]
    }
  }
}

resource "azapi_resource" "image" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "web"
  location  = "westeurope"
  parent_id = azurerm_resource_group.rg.id
  body = {
    properties = {
      source     = { type = "PlatformImage", publisher = "canonical", offer = "ubuntu-24_04-lts", sku = "server", version = "latest" }
      customize  = [{ type = "Shell", name = "hello", inline = ["echo hello"] }]
      distribute = [{ type = "SharedImage", galleryImageId = azapi_resource.web.id, runOutputName = "web", replicationRegions = ["westeurope"] }]
    }
  }
}
