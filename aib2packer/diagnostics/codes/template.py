"""Codes 6xx: the template as a whole, and the build VM."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

UNKNOWN_OS = Code(
    id="A2P601",
    severity=Severity.ERROR,
    title="The operating system of the image is unknown.",
    why="Packer requires os_type, and templates have no key for it.",
    remedy="Use --os linux or --os windows.",
)
OS_CONFLICT = Code(
    id="A2P602",
    severity=Severity.ERROR,
    title="Some parts of the template are for Linux, others for Windows.",
    why="An image has one operating system.",
    remedy="Remove the parts for the other one, or use --os linux or --os windows.",
)
TIMEOUT_TOO_SHORT = Code(
    id="A2P603",
    severity=Severity.WARNING,
    title="The build timeout is too short for Image Builder.",
    why="With 1 to 5 minutes its build fails at once. Packer has no such limit.",
    remedy="Use 0 (240 minutes) or at least 6.",
)
TIMEOUT_PER_OPERATION = Code(
    id="A2P604",
    severity=Severity.NOTE,
    title="Packer has no time limit for a whole build.",
    why="buildTimeoutInMinutes ends the whole build; Packer's settings limit each Azure operation.",
    remedy="Limit the whole run with the command timeout, or with the time limit of a pipeline's job.",
    example='`"buildTimeoutInMinutes": "120"` → `timeout 120m packer build .`',
)
NO_COUNTERPART = Code(
    id="A2P605",
    severity=Severity.WARNING,
    title="A setting has no counterpart in Packer.",
    why="It configures a feature of the service.",
    remedy="See the finding for an alternative, or remove the setting.",
    example='`"containerInstanceSubnetId"` → nothing',
)
BY_HAND = Code(
    id="A2P606",
    severity=Severity.NOTE,
    title="A setting needs manual action.",
    why="A Packer project has no place for it.",
    remedy="See MIGRATION.md.",
    example='`"autoRun": { "state": "Enabled" }` → nothing; `packer build .` when you or a pipeline start it',
)
NOT_ABOUT_THE_IMAGE = Code(
    id="A2P607",
    severity=Severity.NOTE,
    title="A key does not affect the image.",
    why="It describes the template resource, or the service filled it in.",
    remedy="Nothing to do.",
    example='`"tags": {` of the template → nothing',
)
VALIDATORS_LEFT = Code(
    id="A2P608",
    severity=Severity.WARNING,
    title="No output can be booted to run the validators.",
    why="Validators run in a VM made from the image. A VHD cannot be booted before an image is made from it.",
    remedy="Add a managed image or a gallery version to the outputs, or run the validators in a VM made from the VHD.",
)
MORE_IDENTITIES = Code(
    id="A2P609",
    severity=Severity.WARNING,
    title="The template has more than one identity.",
    why="Image Builder supports exactly one.",
    remedy="Keep the identity that has the rights.",
)
DEFAULT_NAMED = Code(
    id="A2P610",
    severity=Severity.NOTE,
    title="A default of Image Builder was written into the project.",
    why="Packer's own default differs, or is retired.",
    remedy="Nothing to do. Change it if another value fits better.",
    example='no vmSize → `vm_size = "Standard_D2ds_v4"`',
)
TAG_CONFLICT = Code(
    id="A2P611",
    severity=Severity.WARNING,
    title="Two tags of the same name have different values.",
    why="Packer puts one set of tags on the build's resources and on every output.",
    remedy="Rename one of the tags, or correct it after the build.",
)
TOO_MANY_TAGS = Code(
    id="A2P612",
    severity=Severity.ERROR,
    title="There are more than 50 tags, or one is too long.",
    why="Azure allows 50 tags, with names of up to 512 and values of up to 256 characters.",
    remedy="Remove or shorten some.",
)
NETWORK_INCOMPLETE = Code(
    id="A2P613",
    severity=Severity.ERROR,
    title="vnetConfig names the subnet incompletely.",
    why="Packer needs the virtual network, its resource group and the subnet.",
    remedy="Write subnetId, or all three of name, subnetName and resourceGroupName.",
)
PUBLIC_ADDRESS = Code(
    id="A2P641",
    severity=Severity.WARNING,
    title="The build VM has a public address.",
    why="Without a subnet Packer creates a public address and opens the port of SSH or WinRM to the Internet. Image "
    "Builder connects from inside Azure. For Windows Packer also creates a temporary key vault.",
    remedy="Set allowed_inbound_ip_addresses, or name a subnet in vnetConfig.",
    example='`"vmProfile": { "vmSize": "Standard_D2s_v5" }` → `allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses`',
)
OPTION_WITHOUT_USE = Code(
    id="A2P615",
    severity=Severity.NOTE,
    title="An option adds nothing.",
    why="The build has nothing that the option applies to.",
    remedy="Leave the option out.",
)
PRIVATE_NETWORK = Code(
    id="A2P614",
    severity=Severity.NOTE,
    title="The build VM is in a subnet and has no public address.",
    why="Image Builder reaches the VM through a proxy VM or a container. Packer connects to it directly.",
    remedy="Run Packer inside the network, or set private_virtual_network_with_public_ip to true.",
    example='`/virtualNetworks/build-vnet/subnets/images"` → `virtual_network_subnet_name = "images"`',
)
RESTARTS = Code(
    id="A2P616",
    severity=Severity.NOTE,
    title="A Shell step restarts the VM.",
    why="Image Builder has no restart step for Linux, so templates restart the VM in a Shell step. Packer would treat "
    "the lost connection as a failure. The project allows it for this step, and adds a step that waits for the VM.",
    remedy="Nothing to do. If a downloaded script restarts the VM, add expect_disconnect = true and skip_clean = true "
    "to its provisioner, and start_retry_timeout and pause_before to the next one.",
)
NOT_AN_IMAGE_TEMPLATE = Code(
    id="A2P620",
    severity=Severity.ERROR,
    title="The file contains no image template.",
    why="Only resources of the type Microsoft.VirtualMachineImages/imageTemplates are converted.",
    remedy="Pass the file that contains the image template, or do what the finding says to get one.",
    example="`https://github.com/example/images/blob/main/web/template.json` → `curl -fLO https://github.com/example/images/raw/main/web/template.json`",
)
LIVE_WHERE_KNOWN_NEEDED = Code(
    id="A2P621",
    severity=Severity.WARNING,
    also=(Severity.ERROR,),
    title="A setting needs a literal value.",
    why="The value decides which blocks the project has, and Packer accepts no variable there.",
    remedy="Pass the parameters that it depends on with -p or --set.",
)
