"""The text of a template that is in order, small enough for tests to change pieces of it."""

from __future__ import annotations

TEMPLATE = """\
{
  "type": "Microsoft.VirtualMachineImages/imageTemplates",
  "apiVersion": "2024-02-01",
  "location": "westeurope",
  "properties": {
    "vmProfile": { "vmSize": "Standard_D2s_v5" },
    "source": {
      "type": "PlatformImage",
      "publisher": "Canonical",
      "offer": "0001-com-ubuntu-server-jammy",
      "sku": "22_04-lts-gen2"
    },
    "customize": [
      { "type": "Shell", "name": "hello", "inline": ["echo hello"] }
    ],
    "distribute": [
      { "type": "VHD", "runOutputName": "disk" }
    ]
  }
}
"""
