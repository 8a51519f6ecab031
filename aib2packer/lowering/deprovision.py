"""The step that Image Builder adds: its deprovisioning script is placed first, and run last (lowering/FACTS.md 8).

A step of the template may change or replace the script, so it is run from where it lies in the VM. Unlike the service's, every
wait of the Windows script ends, and a script that is gone stops the build (lowering/FACTS.md 8).

Source: https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#generalize
"""

from __future__ import annotations

from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.nodes import Attribute, Block, Listing, Token, raw, string
from aib2packer.ir.choices import Os
from aib2packer.ir.defaults import INLINE_SHEBANG
from aib2packer.lowering.lowered import Lowered, comment, differs, path_in_project, provisioners, text_setting
from aib2packer.lowering.say import Say

_SCRIPTS = {Os.LINUX: "DeprovisioningScript.sh", Os.WINDOWS: "DeprovisioningScript.ps1"}
_RUNNERS = {Os.LINUX: (), Os.WINDOWS: ("generalize.ps1",)}
_IN_VM = {Os.LINUX: "/tmp/DeprovisioningScript.sh", Os.WINDOWS: "c:/DeprovisioningScript.ps1"}


def place_script(say: Say) -> Lowered:
    """The first step: puts the default script where Image Builder puts it."""
    os = say.template.os
    body = (
        Attribute(name="source", value=_local(_SCRIPTS[os])),
        text_setting("destination", _IN_VM[os]),
    )
    first = comment("Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.")
    return Lowered(steps=(first, Block(kind="provisioner", labels=("file",), body=body)), programs=(_SCRIPTS[os],))


def put_back_script() -> Lowered:
    """After a restart of a Linux VM, whose /tmp may have been emptied by it: the default script, where there is none any more."""
    place = _IN_VM[Os.LINUX]
    inline = Listing((string(f"[ -e {place} ] || cp {place}.default {place}"),), spread=True)
    return provisioners(
        comment("Many systems empty /tmp when they start, so the deprovisioning script is copied again if it is missing."),
        Block(
            kind="provisioner",
            labels=("file",),
            body=(
                Attribute(name="source", value=_local(_SCRIPTS[Os.LINUX])),
                text_setting("destination", f"{place}.default"),
            ),
        ),
        Block(
            kind="provisioner",
            labels=("shell",),
            body=(text_setting("inline_shebang", INLINE_SHEBANG), Attribute(name="inline", value=inline)),
        ),
    )


def run_script(say: Say) -> Lowered:
    """The last step: shows the script that is there by now, and runs it."""
    os = say.template.os
    service, ours = _DIFFERENCES[os]
    generalize = comment("Generalize the VM, as Image Builder does after the last step.")
    lowered = Lowered(steps=(generalize, _RUN[os]), programs=_RUNNERS[os])
    return lowered + differs("(after the last step)", service, ours, Fidelity.EQUIVALENT)


def _local(script: str) -> Token:
    return Token(path_in_project(f"scripts/{script}"))


_DIFFERENCES = {
    Os.LINUX: (
        "publishes the image, not generalized, if a step removed the deprovisioning script",
        "stops the build if the script is missing",
    ),
    Os.WINDOWS: (
        "waits for the guest agent and sysprep without limit; continues without the script",
        "waits 30 minutes for the agent and 60 for sysprep; stops without the script",
    ),
}
_RUN = {
    Os.LINUX: Block(
        kind="provisioner",
        labels=("shell",),
        body=(
            text_setting("name", "generalize"),
            text_setting("execute_command", "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"),
            Attribute(name="skip_clean", value=raw("true"), remark="deprovisioning removes the account that would clean up"),
            text_setting("inline_shebang", INLINE_SHEBANG),
            Attribute(
                name="inline",
                value=Listing(
                    tuple(
                        string(line)
                        for line in (
                            'rm -f "$0"',
                            "cat /tmp/DeprovisioningScript.sh || exit 1",
                            "exec sh /tmp/DeprovisioningScript.sh",
                        )
                    ),
                    spread=True,
                ),
            ),
        ),
    ),
    Os.WINDOWS: Block(
        kind="provisioner",
        labels=("powershell",),
        body=(
            text_setting("name", "generalize"),
            Attribute(name="skip_clean", value=raw("true")),
            Attribute(name="script", value=_local("generalize.ps1")),
        ),
    ),
}
