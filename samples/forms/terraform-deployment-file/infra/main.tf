variable "image_name" {
  type    = string
  default = "web"
}

variable "gallery" {
  type = string
}

resource "azurerm_resource_group" "rg" {
  name     = "rg-aib"
  location = "westeurope"
}

resource "azurerm_user_assigned_identity" "aib" {
  name                = "id-aib"
  resource_group_name = azurerm_resource_group.rg.name
  location            = azurerm_resource_group.rg.location
}

resource "azurerm_resource_group_template_deployment" "image" {
  name                = "aib-${var.image_name}"
  resource_group_name = azurerm_resource_group.rg.name
  deployment_mode     = "Incremental"
  template_content    = file("${path.module}/image.json")
  parameters_content = jsonencode({
    imageTemplateName = { value = var.image_name }
    location          = { value = azurerm_resource_group.rg.location }
    identityId        = { value = azurerm_user_assigned_identity.aib.id }
    galleryImageId    = { value = "${var.gallery}/images/${var.image_name}" }
  })
}
