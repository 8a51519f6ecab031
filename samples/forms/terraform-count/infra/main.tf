variable "enabled" {
  type    = bool
  default = true
}

locals {
  body = {
    properties = {
      source     = { type = "PlatformImage", publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server", version = "latest" }
      customize  = [{ type = "Shell", name = "hello", inline = ["echo hello"] }]
      distribute = [{ type = "VHD", runOutputName = "disk" }]
    }
  }
}

resource "azapi_resource" "on" {
  count     = var.enabled ? 1 : 0
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "vhd-${count.index}"
  location  = "westeurope"
  parent_id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
  body      = local.body
}

resource "azapi_resource" "off" {
  count     = 0
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "off"
  location  = "westeurope"
  parent_id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
  body      = local.body
}

resource "azapi_resource" "trigger" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates/triggers@2024-02-01"
  name      = "source"
  parent_id = azapi_resource.on[0].id
  body      = { properties = { kind = "SourceImage" } }
}
