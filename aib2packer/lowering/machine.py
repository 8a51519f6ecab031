"""A machine that is there already, for the null builder: how Packer reaches it, all of it in variables of the project.

A rehearsal runs the same steps on it, with nothing of Azure around them.
"""

from __future__ import annotations

from aib2packer.hcl.nodes import Attribute, raw, string
from aib2packer.ir.choices import Os
from aib2packer.ir.defaults import LOGIN_USER
from aib2packer.ir.values import Input, Kind, Literal, Role, Scalar
from aib2packer.lowering.lowered import Lowered, source_settings
from aib2packer.lowering.say import Say

_SSH = (
    ("ssh_host", Kind.TEXT, None, "Name or address of the Linux machine to run the steps on."),
    ("ssh_port", Kind.NUMBER, 22, "Port that its SSH server listens on."),
    ("ssh_username", Kind.TEXT, LOGIN_USER, "User to sign in as; it needs sudo without a password."),
    ("ssh_private_key_file", Kind.TEXT, None, "File with the private key of that user."),
)
_WINRM = (
    ("winrm_host", Kind.TEXT, None, "Name or address of the Windows machine to run the steps on."),
    ("winrm_port", Kind.NUMBER, 5986, "Port that its WinRM service listens on."),
    ("winrm_username", Kind.TEXT, LOGIN_USER, "User to sign in as, an administrator."),
    ("winrm_password", Kind.TEXT, None, "Password of that user."),
    ("winrm_use_ssl", Kind.FLAG, True, "Use HTTPS for WinRM. For HTTP set false, and port 5985."),
    ("winrm_insecure", Kind.FLAG, True, "Accept any certificate of the machine."),
)
_SECTION = "the machine"
_SECRETS = ("winrm_password",)


def lower_connection(say: Say) -> Lowered:
    """How Packer reaches the machine, for the source block."""
    windows = say.template.os is Os.WINDOWS
    kind = "winrm" if windows else "ssh"
    inputs = tuple(_input(*row) for row in (_WINRM if windows else _SSH))
    settings = (Attribute(name=each.name, value=raw(say.reference(each))) for each in inputs)
    communicator = Attribute(name="communicator", value=string(kind))
    return source_settings(_SECTION, communicator, *settings) + Lowered(inputs=inputs)


def _input(name: str, kind: Kind, default: Scalar, description: str) -> Input:
    return Input(
        name=name,
        role=Role.MACHINE,
        kind=kind,
        description=description,
        secret=name in _SECRETS,
        default=None if default is None else Literal(default),
    )
