variable "vm_size" {
  type    = string
  default = "Standard_D2s_v5"
}

resource "azurerm_template_deployment" "image" {
  name                = "image"
  resource_group_name = "rg-aib"
  deployment_mode     = "Incremental"

  parameters = {
    imageName = "server-core"
  }

  template_body = <<DEPLOY
{
  "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "imageName": { "type": "string" }
  },
  "resources": [
    {
      "type": "Microsoft.VirtualMachineImages/imageTemplates",
      "apiVersion": "2020-02-14",
      "name": "[parameters('imageName')]",
      "location": "westeurope",
      "properties": {
        "vmProfile": { "vmSize": "${var.vm_size}" },
        "source": {
          "type": "PlatformImage", "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer",
          "sku": "2022-datacenter-core-g2", "version": "latest"
        },
        "customize": [
          { "type": "PowerShell", "name": "feature", "inline": ["Install-WindowsFeature -Name Web-Server"] }
        ],
        "distribute": [{ "type": "VHD", "runOutputName": "[concat(parameters('imageName'), '-vhd')]" }]
      }
    }
  ]
}
DEPLOY
}
