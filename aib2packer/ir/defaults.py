"""What Image Builder decides by itself where a template says nothing (lowering/FACTS.md 7).

Source: https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
"""

from __future__ import annotations

BUILD_MINUTES = 240
VM_SIZE = "Standard_D2ds_v4"
"""Image Builder's for Gen2; for Gen1 it takes Standard_D1_v2, which starts no other."""
LOGIN_USER = "packer"
SSH_TIMEOUT = "20m"
WINRM_TIMEOUT = "10m"
INLINE_SHEBANG = "/bin/sh -e"
VHD_CONTAINER = "vhds"
REPLICAS = 1
STORAGE = "Standard_LRS"
"""Of a region of a gallery version that names none."""
