data "azurerm_resource_group" "images" {
  name = "rg-images"
}

data "azurerm_client_config" "current" {}

data "azurerm_subnet" "build" {
  name                 = "snet-build"
  virtual_network_name = "vnet-build"
  resource_group_name  = "rg-network"
}

data "azurerm_user_assigned_identity" "aib" {
  name                = "id-aib"
  resource_group_name = data.azurerm_resource_group.images.name
}

data "azurerm_storage_account" "scripts" {
  name                = "stscripts"
  resource_group_name = "rg-images"
}

resource "random_string" "suffix" {
  length = 4
}

resource "azapi_resource" "image" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "asked"
  location  = data.azurerm_resource_group.images.location
  parent_id = data.azurerm_resource_group.images.id

  identity {
    type         = "UserAssigned"
    identity_ids = [data.azurerm_user_assigned_identity.aib.id]
  }

  body = {
    properties = {
      vmProfile = {
        vmSize     = "Standard_D2s_v5"
        vnetConfig = { subnetId = data.azurerm_subnet.build.id }
      }
      source    = { type = "PlatformImage", publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server", version = "latest" }
      customize = [{ type = "Shell", name = "setup", scriptUri = "${data.azurerm_storage_account.scripts.primary_blob_endpoint}scripts/setup.sh" }, { type = "Shell", name = "login", inline = ["login ${random_password.registry.result}"] }]
      distribute = [{
        type               = "SharedImage"
        galleryImageId     = "/subscriptions/${data.azurerm_client_config.current.subscription_id}/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/gal${random_string.suffix.result}/images/def"
        runOutputName      = "out"
        replicationRegions = [data.azurerm_resource_group.images.location]
      }]
    }
  }
}

resource "random_password" "registry" {
  length = 20
}
