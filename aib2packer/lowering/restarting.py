"""Shell steps that restart the VM: Image Builder has no step for that on Linux.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#shell-customizer
https://github.com/hashicorp/packer/blob/v1.16.0/provisioner/shell/provisioner.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from aib2packer.diagnostics.codes import template as codes
from aib2packer.hcl.nodes import Attribute, Block, Listing, boolean, string
from aib2packer.ir.defaults import INLINE_SHEBANG, SSH_TIMEOUT
from aib2packer.ir.parts import Step
from aib2packer.ir.values import Value, texts_in
from aib2packer.lowering.deprovision import put_back_script
from aib2packer.lowering.lowered import Lowered, comment, provisioners, text_setting
from aib2packer.lowering.say import Say

_SECONDS = 30
_MAY_RESTART = re.compile(r"reboot|shutdown|init")
_ENDS = re.compile(r"[;&|(){}\n]")
_OPENING = frozenset({"then", "else", "do"})
_BEFORE = re.compile(r"sudo|nohup|exec|env|\w+=\S*")
_PATH = re.compile(r"\A(?:/usr)?/s?bin/")
_ASKS_RESTART = re.compile(r"-(?:\w*r\w*|-reboot)\b")
_OPTIONS = 20
_INNER = re.compile(r"""\b(?:ba|da|k|z)?sh\s+(?:-\S+\s+){0,5}?-\w*c\s+(?:'([^']*)'|"((?:[^"\\]|\\.)*)")""")
_DIGITS = 6
_DELAY = re.compile(r"\+\d+")


def seconds_until_down(lines: Iterable[Value]) -> int | None:
    """How long it takes at the most until a VM that these lines restart is down; None where they do not.

    >>> from aib2packer.ir.values import Literal
    >>> seconds_until_down([Literal("apt-get install -y linux-azure && sudo reboot")])
    30
    >>> seconds_until_down([Literal("sudo shutdown -r +2")])
    150
    >>> seconds_until_down([Literal("sudo -n env A=b init 6")]), seconds_until_down([Literal("init 3")])
    (30, None)
    >>> seconds_until_down([Literal("sudo bash -c 'yum -y update && reboot'")])
    30
    >>> seconds_until_down([Literal("echo please reboot"), Literal("test -f /run/reboot-required"), Literal("sudo shutdown -c")])
    """
    minutes = [delay for line in lines for text in texts_in(line) for delay in _restarts(text)]
    return _SECONDS + 60 * max(minutes) if minutes else None


def _restarts(text: str) -> Iterator[int]:
    """The delays, in minutes, of the restarts in a text, and in what it hands to another shell, as `bash -c 'yum -y update && reboot'` does."""
    if not _MAY_RESTART.search(text):
        return
    for command in _ENDS.split(text):
        words = command.split()
        asks = [_ASKS_RESTART.match(word) is not None for word in words]
        delays = [int(word[1 : 1 + _DIGITS]) for word in words if _DELAY.fullmatch(word)]
        last = max((at for at, is_asked in enumerate(asks) if is_asked), default=-1)
        starts = [0, *(at + 1 for at, word in enumerate(words) if word in _OPENING)]
        if any(_is_restart(words, at, last) for at in starts):
            yield max(delays, default=0)
    for inner in _INNER.finditer(text):
        yield from _restarts(inner.group(1) or inner.group(2) or "")


def _is_restart(words: Sequence[str], at: int, last_asking: int) -> bool:
    """Whether the command that begins with this word restarts the VM; the option for it has to stand behind ``shutdown``."""
    while at < len(words) and _BEFORE.fullmatch(words[at]):
        at += 1
        while at < len(words) and words[at].startswith("-"):
            at += 1
    name = _PATH.sub("", words[at]) if at < len(words) else ""
    rest = words[at + 1 : at + 1 + _OPTIONS]
    match name:
        case "reboot":
            return True
        case "init" | "telinit":
            return rest[:1] == ["6"]
        case "systemctl":
            return next((word for word in rest if not word.startswith("-")), "") == "reboot"
        case _:
            return name == "shutdown" and last_asking > at


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
