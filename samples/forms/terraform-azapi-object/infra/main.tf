terraform {
  required_providers {
    azapi   = { source = "Azure/azapi", version = "~> 2.0" }
    azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "11111111-2222-3333-4444-555555555555"
}

resource "azurerm_resource_group" "images" {
  name     = "rg-golden-images"
  location = "northeurope"
}

resource "azurerm_user_assigned_identity" "builder" {
  name                = "id-image-builder"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
}

resource "azurerm_role_assignment" "builder" {
  scope                = azurerm_resource_group.images.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_user_assigned_identity.builder.principal_id
}

resource "azurerm_shared_image_gallery" "golden" {
  name                = "golden"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
}

resource "azurerm_shared_image" "web" {
  name                = "web-server"
  gallery_name        = azurerm_shared_image_gallery.golden.name
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
  os_type             = "Linux"
  hyper_v_generation  = "V2"

  trusted_launch_enabled = true

  identifier {
    publisher = "Contoso"
    offer     = "Web"
    sku       = "server"
  }
}

resource "azapi_resource" "web" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "web-server"
  location  = azurerm_resource_group.images.location
  parent_id = azurerm_resource_group.images.id

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.builder.id]
  }

  tags = {
    team = "platform"
  }

  body = {
    properties = {
      buildTimeoutInMinutes = 90
      vmProfile             = { vmSize = "Standard_D4s_v5", osDiskSizeGB = 64 }
      source = {
        type      = "PlatformImage"
        publisher = "Canonical"
        offer     = "ubuntu-24_04-lts"
        sku       = "server"
        version   = "latest"
      }
      customize = [
        {
          type = "Shell"
          name = "nginx"
          inline = [
            "sudo apt-get update",
            "sudo apt-get install -y nginx",
            "[ -f /etc/nginx/nginx.conf ]",
          ]
        },
      ]
      distribute = [{
        type               = "SharedImage"
        galleryImageId     = azurerm_shared_image.web.id
        runOutputName      = "web"
        replicationRegions = [azurerm_resource_group.images.location]
        artifactTags       = { source = "aib" }
      }]
    }
  }

  depends_on = [azurerm_role_assignment.builder]
}
