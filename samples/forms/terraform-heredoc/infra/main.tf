variable "location" {
  default = "westeurope"
}

variable "disk_gb" {
  type    = number
  default = 127
}

variable "harden" {
  type    = bool
  default = true
}

variable "subnet_id" {
  type = string
}

data "azurerm_subscription" "current" {}

locals {
  gallery = "${data.azurerm_subscription.current.id}/resourceGroups/rg-img/providers/Microsoft.Compute/galleries/shared"
}

resource "azapi_resource" "template" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "it-windows-11"
  location  = var.location
  parent_id = "${data.azurerm_subscription.current.id}/resourceGroups/rg-img"
  body      = <<-JSON
    {
      "properties": {
        "vmProfile": {
          "vmSize": "Standard_D4s_v5",
          "osDiskSizeGB": ${var.disk_gb},
          "vnetConfig": { "subnetId": "${var.subnet_id}" }
        },
        "source": {
          "type": "PlatformImage", "publisher": "MicrosoftWindowsDesktop", "offer": "windows-11",
          "sku": "win11-24h2-avd", "version": "latest"
        },
        "customize": [
          %{~ if var.harden ~}
          { "type": "PowerShell", "name": "harden", "runElevated": true, "inline": ["Set-Service -Name Spooler -StartupType Disabled"] },
          %{~ endif ~}
          { "type": "PowerShell", "name": "env", "inline": ["Write-Host $${env:COMPUTERNAME}", "Write-Host \"disk ${var.disk_gb}\""] },
          { "type": "WindowsRestart", "restartTimeout": "10m" }
        ],
        "distribute": [
          {
            "type": "SharedImage",
            "galleryImageId": "${local.gallery}/images/win11",
            "runOutputName": "win11",
            "replicationRegions": ["${var.location}"]
          }
        ]
      }
    }
  JSON
}
