variable "name" { type = string }
variable "location" { type = string }
variable "group" { type = string }
variable "size" {
  type    = string
  default = "Standard_D2s_v5"
}
variable "packages" { type = list(string) }

locals {
  output = "${var.name}-${var.location}"
}

resource "azapi_resource" "this" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = var.name
  location  = var.location
  parent_id = var.group
  body = {
    properties = {
      vmProfile  = { vmSize = var.size }
      source     = { type = "PlatformImage", publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server", version = "latest" }
      customize  = jsondecode(file("${path.module}/steps.json"))
      distribute = [{ type = "ManagedImage", imageId = "${var.group}/providers/Microsoft.Compute/images/${var.name}", location = var.location, runOutputName = local.output }]
    }
  }
}
