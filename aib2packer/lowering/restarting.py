"""Shell steps that restart the VM: Image Builder has no step for that on Linux.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#shell-customizer
https://github.com/hashicorp/packer/blob/v1.16.0/provisioner/shell/provisioner.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aib2packer.diagnostics.codes import template as codes
from aib2packer.hcl.nodes import Attribute, Block, Listing, boolean, string
from aib2packer.ir.defaults import INLINE_SHEBANG, SSH_TIMEOUT
from aib2packer.ir.parts import Step
from aib2packer.ir.values import Value, texts_in
from aib2packer.lowering.deprovision import put_back_script
from aib2packer.lowering.lowered import Lowered, comment, provisioners, text_setting
from aib2packer.lowering.say import Say

_SECONDS = 30
_COMMAND = re.compile(
    r"""
    (?: ^ | [;&|({] | \b(?:then|else|do)\b ) \s*                # where a command begins
    (?: (?:sudo|nohup|exec|env|\w+=\S*) \s+ (?:-\S+\s+)* )*
    (?: (?:/usr)? /s?bin/ )?
    (?: reboot | (?:tel)?init\s+6 | systemctl \s+ (?:-\S+\s+)* reboot | shutdown \s+ (?=[^;&|]*(?<!\S)-(?:\w*r\w*|-reboot)\b) )
    (?= [\s;&|)}] | $ | (?<=\s) ) [^;&|\n]*
    """,
    re.VERBOSE | re.MULTILINE,
)
_INNER = re.compile(r"""\b(?:ba|da|k|z)?sh\s+(?:-\S+\s+)*?-\w*c\s+(?:'([^']*)'|"((?:[^"\\]|\\.)*)")""")
_DELAY = re.compile(r"\s\+(\d+)\b")


def seconds_until_down(lines: Iterable[Value]) -> int | None:
    """How long it takes at the most until a VM that these lines restart is down; None where they do not.

    >>> from aib2packer.ir.values import Literal
    >>> seconds_until_down([Literal("apt-get install -y linux-azure && sudo reboot")])
    30
    >>> seconds_until_down([Literal("sudo shutdown -r +2")])
    150
    >>> seconds_until_down([Literal("sudo bash -c 'yum -y update && reboot'")])
    30
    >>> seconds_until_down([Literal("echo please reboot"), Literal("test -f /run/reboot-required"), Literal("sudo shutdown -c")])
    """
    commands = [found.group() for line in lines for text in texts_in(line) for found in _commands(text)]
    if not commands:
        return None
    minutes = [int(delay.group(1)) for command in commands if (delay := _DELAY.search(command))]
    return _SECONDS + 60 * max(minutes, default=0)


def _commands(text: str) -> Iterator[re.Match[str]]:
    """The restarts in a line, and in what it hands to another shell, as `bash -c 'apt-get upgrade -y && reboot'` does."""
    yield from _COMMAND.finditer(text)
    for inner in _INNER.finditer(text):
        yield from _commands(inner.group(1) or inner.group(2) or "")


def settings_of_restart() -> tuple[Attribute, ...]:
    """What lets a step lose the connection."""
    return Attribute(name="expect_disconnect", value=boolean(True)), Attribute(name="skip_clean", value=boolean(True))


def wait_for_vm(part: Step, seconds: int, say: Say) -> Lowered:
    """A step that begins when the VM is back."""
    back = Block(
        kind="provisioner",
        labels=("shell",),
        body=(
            text_setting("pause_before", f"{seconds}s"),
            text_setting("start_retry_timeout", SSH_TIMEOUT),
            text_setting("inline_shebang", INLINE_SHEBANG),
            Attribute(name="inline", value=Listing((string("echo The VM is back."),), spread=True)),
        ),
    )
    message = f"The step restarts the VM. Packer waits for the VM, up to {SSH_TIMEOUT.removesuffix('m')} minutes."
    say.find_in(codes.RESTARTS, message, part)
    wait = provisioners(comment("Wait for the VM: the step above restarts it."), back)
    return wait if say.keeps_nothing else wait + put_back_script()
