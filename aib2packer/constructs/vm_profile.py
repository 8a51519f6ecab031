"""vmProfile: the build VM, its identities and its network.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-vmprofile
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#user-assigned-identity-for-the-image-builder-build-vm
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-networking
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
https://github.com/hashicorp/packer-plugin-azure/blob/v2.6.3/builder/azure/arm/template_factory.go
"""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.diagnostics.codes import distribute as distribute_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.nodes import Attribute, Listing, raw, string
from aib2packer.ir.choices import Os
from aib2packer.ir.defaults import LOGIN_USER, SSH_TIMEOUT, WINRM_TIMEOUT
from aib2packer.ir.parts import ResourceId
from aib2packer.ir.template import ImageTemplate, Machine, Subnet
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Access, Input, Kind, ListOf, Literal, Role, Value
from aib2packer.lowering.lowered import NOTHING, Lowered, source_settings, task, together, worded
from aib2packer.lowering.pieces import check_subscription, setting
from aib2packer.lowering.requirements import Command, NeededRole, Prerequisite, Requirement, group_id
from aib2packer.lowering.say import Say
from aib2packer.passes.machine_sizes import default_size
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Shape, approximate, dropped, exact, nested, text, texts, whole
from aib2packer.schema.resource_ids import SUBNET, read_id

SECTION = "vmProfile"
_NO_PROXY = "has no counterpart; run Packer where it can reach the build VM"
_NETWORK = Shape(
    name="vnetConfig",
    keys=(
        approximate(
            "subnetId",
            text(),
            "`virtual_network_name`, `virtual_network_subnet_name`, `virtual_network_resource_group_name`",
            service="reaches the VM in the subnet through a proxy VM or a container",
            project="connects directly, so Packer must run where it can reach the VM",
            since="2020-02-14",
        ),
        exact("name", text(), "`virtual_network_name`", instead="`subnetId`", until="2019-05-01-preview"),
        exact("subnetName", text(), "`virtual_network_subnet_name`", instead="`subnetId`", until="2019-05-01-preview"),
        exact(
            "resourceGroupName", text(), "`virtual_network_resource_group_name`", instead="`subnetId`", until="2019-05-01-preview"
        ),
        dropped(
            "proxyVmSize",
            text(),
            service="sets the size of its proxy VM",
            project=_NO_PROXY.format(name="proxyVmSize"),
            since="2021-10-01",
            finding=template_codes.NO_COUNTERPART,
        ),
        dropped(
            "containerInstanceSubnetId",
            text(),
            service="sets the subnet of the container that runs the build",
            project=_NO_PROXY.format(name="containerInstanceSubnetId"),
            since="2024-02-01",
            finding=template_codes.NO_COUNTERPART,
        ),
    ),
)
SHAPE = Shape(
    name="vmProfile",
    keys=(
        exact("vmSize", text(), "`vm_size`"),
        exact("osDiskSizeGB", whole(0), "`os_disk_size_gb`"),
        exact("userAssignedIdentities", texts(), "`user_assigned_managed_identities`", since="2021-10-01"),
        approximate("vnetConfig", nested(_NETWORK), "`virtual_network_*`"),
        dropped(
            "proxyVmSize",
            text(),
            service="ignores it outside of vnetConfig",
            project=_NO_PROXY.format(name="proxyVmSize"),
            finding=template_codes.NO_COUNTERPART,
        ),
    ),
)


def read_machine(fields: Fields | None) -> Machine:
    """The build VM that a vmProfile asks for."""
    if fields is None:
        return Machine()
    disk = fields.take("osDiskSizeGB")
    network = fields.fields("vnetConfig")
    return Machine(
        size=fields.text("vmSize"),
        disk_gb=None if disk == Literal(0) else disk,
        identities=fields.list_of_texts("userAssignedIdentities") or (),
        subnet=_read_subnet(network) if network is not None else None,
    )


def _read_subnet(fields: Fields) -> Subnet | None:
    if fields.text("subnetId") is not None:
        found = read_id(fields, "subnetId", SUBNET, "subnet")
        if found is None:
            return None
        network, subnet = found.names
        vnet = ResourceId(
            subscription=found.subscription, resource_group=found.resource_group, names=(network,), whole=found.whole
        )
        return Subnet(network=vnet, name=subnet, path=fields.path_of("subnetId"))
    names = {name: fields.text(name) for name in ("name", "subnetName", "resourceGroupName")}
    if not any(names.values()):
        return None
    vnet_name, subnet_name, group = names.values()
    if vnet_name is None or subnet_name is None or group is None:
        message = "`vnetConfig` names the subnet incompletely. Write subnetId, or all of name, subnetName and resourceGroupName."
        fields.report_at("name", template_codes.NETWORK_INCOMPLETE, message)
        return None
    network_id = ResourceId(subscription=Literal(""), resource_group=group, names=(vnet_name,), whole=vnet_name)
    return Subnet(network=network_id, name=subnet_name, path=fields.path)


def lower_machine(say: Say) -> Lowered:
    """The build VM, and how Packer reaches it, for the source block."""
    machine, path = say.template.machine, "properties.vmProfile"
    return together(
        _lower_size(say),
        setting(SECTION, "os_disk_size_gb", machine.disk_gb, f"{path}.osDiskSizeGB", say),
        _lower_data_disks(machine, say),
        _lower_identities(machine, f"{path}.userAssignedIdentities", say),
        _lower_subnet(machine.subnet, say) if machine.subnet is not None else NOTHING,
        source_settings("communicator", *_CONNECTION[say.template.os]),
        _lower_public_address(say) if machine.subnet is None else NOTHING,
    )


def _lower_data_disks(machine: Machine, say: Say) -> Lowered:
    path = "properties.additionalDataDisks"
    if not machine.data_disks_gb:
        return NOTHING
    sizes = Listing(tuple(say.rendered(size, path) for size in machine.data_disks_gb))
    return source_settings(SECTION, Attribute(name="disk_additional_size", value=sizes, origin=(path,)))


def _lower_size(say: Say) -> Lowered:
    path = "properties.vmProfile.vmSize"
    size = say.template.machine.size
    if size is not None:
        return setting(SECTION, "vm_size", size, path, say)
    name, meaning = default_size(say.template)
    say.findings.add(template_codes.DEFAULT_NAMED, f"The template has no vmSize. The project uses {name} ({meaning}).", path=path)
    return source_settings(SECTION, Attribute(name="vm_size", value=string(name), remark=meaning, origin=(path,)))


def _lower_public_address(say: Say) -> Lowered:
    """What Packer opens where there is no subnet, and Image Builder did not.

    Source: https://github.com/hashicorp/packer-plugin-azure/blob/v2.6.3/builder/azure/arm/template_factory.go
    """
    windows = say.template.os is Os.WINDOWS
    port, protocol = (5986, "WinRM") if windows else (22, "SSH")
    wanted = Input(
        name="allowed_inbound_ip_addresses",
        role=Role.DECISION,
        kind=Kind.LIST,
        description=f"Addresses or CIDR ranges that may reach the build VM by {protocol}. Default: any.",
        default=ListOf(()),
    )
    remark = "Without a subnet the VM has a public address: limit who can reach it."
    lowered = source_settings(remark, Attribute(name="allowed_inbound_ip_addresses", value=raw(say.reference(wanted)))) + Lowered(
        inputs=(wanted,)
    )
    vault = (
        " It also creates a temporary key vault for the WinRM certificate; --with key-vault uses an existing one."
        if windows
        else ""
    )
    message = (
        f"Packer gives the build VM a public address with port {port} open to the Internet; Image Builder did not. Set "
        f"`allowed_inbound_ip_addresses`, or name a subnet in vnetConfig.{vault}"
    )
    say.findings.add(template_codes.PUBLIC_ADDRESS, message, path="properties.vmProfile")
    return lowered


def _lower_identities(machine: Machine, path: str, say: Say) -> Lowered:
    ids = machine.identities
    if ids == ():
        return NOTHING
    value = Listing(tuple(say.rendered(each, path) for each in ids), spread=True) if isinstance(ids, tuple) else None
    expression = value or say.rendered(_one(ids), path)
    lowered = source_settings(SECTION, Attribute(name="user_assigned_managed_identities", value=expression, origin=(path,)))
    if isinstance(ids, tuple):
        return lowered
    return lowered + task(
        "Grant the role Managed Identity Operator on the identities of the build VM to the account that runs Packer"
    )


def _one(value: tuple[Value, ...] | Value) -> Value:
    assert not isinstance(value, tuple)
    return value


def _lower_subnet(subnet: Subnet, say: Say) -> Lowered:
    network, path = subnet.network, subnet.path
    placed = together(
        setting(SECTION, "virtual_network_name", network.names[0], path, say),
        setting(SECTION, "virtual_network_subnet_name", subnet.name, path, say),
        setting(SECTION, "virtual_network_resource_group_name", network.resource_group, path, say),
    )
    check_subscription(network, "The subnet", distribute_codes.SUBSCRIPTION_DIFFERS, path, say)
    port = 22 if say.template.os is Os.LINUX else 5986
    shown = _shown(subnet, say)
    where = f"the subnet {shown}" if shown is not None else "the template's subnet"
    message = f"The build VM is in {where} and has no public address. Run Packer where it can reach port {port} there."
    say.findings.add(template_codes.PRIVATE_NETWORK, message, path=path)
    marked = f"the subnet `{shown}`" if shown is not None else where
    run = (
        f"Run Packer where it can reach port {port} in {marked}: the VM has no public address. Image Builder "
        "reached it through a proxy VM"
    )
    ours = f"Packer must run where it can reach port {port} of the VM in the subnet."
    return placed + task(run) + worded(path, ours, Fidelity.APPROXIMATE)


def _shown(subnet: Subnet, say: Say) -> str | None:
    """What tells a person which subnet it is; None where the id is one live value."""
    network = subnet.network
    if isinstance(subnet.name, Access):
        return known_text(say.resolver.preview(network.whole))
    return "/".join(map(say.shown, (network.names[0], subnet.name)))


def requirements(template: ImageTemplate) -> Iterator[Requirement]:
    """The subnet and the identities that are named for the build VM."""
    subnet = template.machine.subnet
    if subnet is not None and known_text(subnet.network.subscription) != "":
        look: Command = ("network", "vnet", "subnet", "show", "--ids", subnet.network.whole)
        yield Prerequisite(what=("subnet ", subnet.name), look=look, make=())
        yield NeededRole(name="Network Contributor", scope=group_id(subnet.network))
    for identity in template.machine.identities if isinstance(template.machine.identities, tuple) else ():
        yield Prerequisite(what=("identity ", identity), look=("identity", "show", "--ids", identity), make=())
        yield NeededRole(name="Managed Identity Operator", scope=identity)


_CONNECTION = {
    Os.LINUX: (Attribute(name="ssh_timeout", value=string(SSH_TIMEOUT)),),
    Os.WINDOWS: (
        Attribute(name="communicator", value=string("winrm")),
        Attribute(name="winrm_username", value=string(LOGIN_USER)),
        Attribute(name="winrm_use_ssl", value=raw("true")),
        Attribute(name="winrm_insecure", value=raw("true"), remark="the certificate is made for this one VM"),
        Attribute(name="winrm_timeout", value=string(WINRM_TIMEOUT)),
    ),
}
