terraform {
  required_version = ">= 1.5"
  backend "azurerm" {
    key = "x"
  }
}
provider "azurerm" {
  features {
    resource_group { prevent_deletion_if_contains_resources = false }
  }
}
resource "time_rotating" "t" { rotation_days = 30  }
data "azurerm_subscription" "primary" {}
resource "azurerm_role_definition" "aib" {
  name  = "aib-${random_id.x.hex}"
  scope = data.azurerm_subscription.primary.id
  permissions {
    actions     = ["Microsoft.Compute/galleries/read", ]
    not_actions = []
  }
}
locals {
  timestamp = formatdate("YYYYMMDDhhmm", timestamp())
  tags = merge(var.tags, { "CreatedBy" = "tf" })
  customizers = [
    for f in fileset("${path.module}/scripts", "*.ps1") : {
      type        = "PowerShell"
      name        = trimsuffix(basename(f), ".ps1")
      runElevated = true
      runAsSystem = true
      inline      = split("\n", chomp(file("${path.module}/scripts/${f}")))
    }
  ]
  restart = { type = "WindowsRestart", restartTimeout = "10m" }
  wu = var.run_wu ? [{ type = "WindowsUpdate", searchCriteria = "IsInstalled=0", filters = ["exclude:$_.Title -like '*Preview*'", "include:$true"], updateLimit = 40 }] : []
}
variable "tags" {
  type = map(string)
  default = {}
}
variable "run_wu" {
  type = bool
  default = true
}
variable "vm_size" {}
variable "img" {
  type = object({
    publisher = optional(string, "MicrosoftWindowsServer")
    offer = optional(string, "WindowsServer")
    sku = optional(string, "2022-datacenter-azure-edition")
    version = optional(string, "latest")
  })
  default = {}
}
variable "subnet_id" { 
  type = string 
  default = null 
  nullable = true
}
resource "azapi_resource" "t" {
  type = "Microsoft.VirtualMachineImages/imageTemplates@2022-07-01"
  name = "t-${local.timestamp}"
  parent_id = azurerm_resource_group.rg.id
  location = azurerm_resource_group.rg.location
  tags = local.tags
  body = jsonencode({
    properties = merge({
      buildTimeoutInMinutes = 180
      vmProfile = merge({
        vmSize = var.vm_size
        osDiskSizeGB = 127
        userAssignedIdentities = [azurerm_user_assigned_identity.aib.id]
      }, var.subnet_id == null ? {} : { vnetConfig = { subnetId = var.subnet_id } })
      source = merge({ type = "PlatformImage" }, var.img)
      customize = concat(local.customizers, [local.restart], local.wu)
      distribute = [{
        type = "SharedImage"
        galleryImageId = azurerm_shared_image.win.id
        runOutputName = "o-${local.timestamp}"
        replicationRegions = [azurerm_resource_group.rg.location]
        artifactTags = local.tags
      }]
    }, { stagingResourceGroup = "/subscriptions/${data.azurerm_subscription.primary.subscription_id}/resourceGroups/rg-stage" })
  })
  response_export_values = ["*"]
  lifecycle { ignore_changes = [body] }
  timeouts { create = "4h" }
}
resource "azapi_resource_action" "run" {
  type = "Microsoft.VirtualMachineImages/imageTemplates@2022-07-01"
  resource_id = azapi_resource.t.id
  action = "run"
}
resource "null_resource" "build" {
  provisioner "local-exec" {
    command = <<-EOC
      az image builder run -n ${azapi_resource.t.name} -g ${azurerm_resource_group.rg.name}
    EOC
  }
}
resource "azurerm_resource_group" "rg" {
  name = "rg-x"
  location = "East US"
}
resource "azurerm_user_assigned_identity" "aib" {
  name = "id"
  resource_group_name = azurerm_resource_group.rg.name
  location = "eastus"
}
resource "azurerm_shared_image" "win" {
  name = "win"
  gallery_name = azurerm_shared_image_gallery.g.name
  resource_group_name = azurerm_resource_group.rg.name
  location = azurerm_resource_group.rg.location
  os_type = "Windows"
  identifier {
    publisher = "p"
    offer = "o"
    sku = "s"
  }
}
resource "azurerm_shared_image_gallery" "g" {
  name = "gal"
  resource_group_name = azurerm_resource_group.rg.name
  location = azurerm_resource_group.rg.location
}
output "x" { value = azapi_resource.t.id }
