variable "regions" {
  type = list(string)
}

variable "subnet_id" {
  type    = string
  default = ""
}

variable "scripts" {
  type    = list(string)
  default = ["https://example.com/setup/base.sh", "https://example.com/setup/agent.sh"]
}

variable "gallery_image_id" {
  type = string
}

resource "azapi_resource" "image" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2023-07-01"
  name      = "ubuntu-base"
  location  = "swedencentral"
  parent_id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-aib"
  body = jsondecode(templatefile("${path.module}/templates/image.json.tftpl", {
    subnet_id = var.subnet_id
    regions   = var.regions
    scripts   = var.scripts
    image_id  = var.gallery_image_id
    size      = "Standard_D2s_v5"
    tags      = { owner = "platform", note = "a \"quoted\" word" }
  }))
}
