variable "agent_value" {
  type        = string
  description = "What the agent signs in with"
}

resource "azapi_resource" "agent" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "agent"
  location  = "westeurope"
  parent_id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-images"

  body = {
    properties = {
      vmProfile = {
        vmSize = "Standard_D2s_v5"
      }
      source = {
        type      = "PlatformImage"
        publisher = "Canonical"
        offer     = "ubuntu-24_04-lts"
        sku       = "server"
        version   = "latest"
      }
      distribute = [
        {
          type          = "VHD"
          runOutputName = "agent"
        }
      ]
    }
  }

  sensitive_body = {
    properties = {
      customize = [
        {
          type   = "Shell"
          name   = "sign-in"
          inline = ["/opt/agent/sign-in --with '${var.agent_value}'"]
        }
      ]
    }
  }
  sensitive_body_version = {
    "properties.customize" = "1"
  }
}
