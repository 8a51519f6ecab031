resource "azapi_resource" "image" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = element([], 0)
  location  = "westeurope"
  parent_id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
  body = {
    properties = {
      source     = { type = "PlatformImage", publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server", version = "latest" }
      customize  = [{ type = "Shell", name = "hello", inline = ["echo hello"] }]
      distribute = [{ type = "VHD", runOutputName = "disk" }]
    }
  }
}
