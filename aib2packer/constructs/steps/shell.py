"""Shell: lines or a script, run as the login user of a Linux VM (lowering/FACTS.md 7).

Image Builder runs Packer's shell provisioner with its defaults, so the same defaults are written down: `inline` under
`/bin/sh -e`, a script under its own first line.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#shell-customizer
https://github.com/hashicorp/packer/blob/v1.16.0/provisioner/shell/provisioner.go
"""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.constructs.download_keys import address_key, checksum_key
from aib2packer.constructs.lines_or_script import read_lines_or_script
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.hcl.nodes import Attribute, Block, Item, Listing, Token, boolean, string
from aib2packer.hcl.text import survives_hcl
from aib2packer.ir.choices import Downloads, Os
from aib2packer.ir.defaults import INLINE_SHEBANG
from aib2packer.ir.parts import Download, Step
from aib2packer.ir.text import holds_braces, known_texts
from aib2packer.ir.values import Value, joined
from aib2packer.lowering.downloads import file_in_project
from aib2packer.lowering.lowered import NOTHING, Lowered, comment, provisioners, text_setting
from aib2packer.lowering.pieces import script_file, step_name
from aib2packer.lowering.restarting import seconds_until_down, settings_of_restart, wait_for_vm
from aib2packer.lowering.say import Say
from aib2packer.lowering.vm_downloads import run_in_vm
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, script_texts, text

LONGEST_LINE = 65_000
"""Packer's line reader fails at 64 KiB; such a script is uploaded as binary.

Source: https://github.com/hashicorp/packer/blob/v1.16.0/provisioner/shell/provisioner.go
"""


class RunShell(Step, frozen=True, kw_only=True):
    """Runs lines, or a downloaded script, as the login user of a Linux VM; exactly one of the two is there."""

    lines: tuple[Value, ...] | Value | None
    script: Download | None


def _shape(name: str) -> Shape:
    return Shape(
        name=name,
        keys=(
            type_key("Shell"),
            exact("name", text(), "`name`"),
            exact("inline", script_texts(), "`inline`, or `script` for lines with `{{`", since="2019-02-01-preview"),
            address_key("scriptUri", old_names=("script",), since="2018-02-01-preview"),
            checksum_key(),
        ),
    )


def _read(fields: Fields) -> RunShell | None:
    name = fields.text("name")
    found = read_lines_or_script(fields, "Shell", ".sh")
    if found is None:
        return None
    lines, script = found
    return RunShell(path=fields.path, place=fields.place, name=name, lines=lines, script=script)


def _lower(part: RunShell, say: Say) -> Lowered:
    name = step_name(part, say)
    body, lowered = _downloaded(part, part.script, say) if part.script is not None else _lines(part, say)
    down = seconds_until_down(part.lines) if isinstance(part.lines, tuple) else None
    settings = (*((name,) if name else ()), *(settings_of_restart() if down is not None else ()), *body)
    lowered += provisioners(Block(kind="provisioner", labels=("shell",), body=settings, origin=(part.path,)))
    return lowered + wait_for_vm(part, down, say) if down is not None else lowered


def _downloaded(part: RunShell, script: Download, say: Say) -> tuple[tuple[Item, ...], Lowered]:
    if say.choices.downloads is Downloads.VM:
        return run_in_vm(part, script, say)
    path, lowered = file_in_project(script, say, script=True)
    return (Attribute(name="script", value=Token(path), origin=(script.path,)),), lowered


def _lines(part: RunShell, say: Say) -> tuple[tuple[Item, ...], Lowered]:
    """The settings of the step, and what stands before it."""
    path = f"{part.path}.inline"
    lines = part.lines
    assert lines is not None
    if isinstance(lines, tuple):
        lines = tuple(say.sayable(line, path) for line in lines)
    known = known_texts(lines) if isinstance(lines, tuple) else None
    reason = _why_a_file(known) if known is not None else None
    if known is not None and reason is not None:
        return _script(part, known, reason, say)
    if isinstance(lines, tuple) and has_braces(lines):
        return _filled_in(part, lines, path, say)
    value = _inline(lines, path, say)
    return (text_setting("inline_shebang", INLINE_SHEBANG), Attribute(name="inline", value=value, origin=(path,))), NOTHING


def _filled_in(part: RunShell, lines: tuple[Value, ...], path: str, say: Say) -> tuple[tuple[Item, ...], Lowered]:
    """Lines with live values and ``{{``: a file that Packer fills in and uploads first, run by the step itself."""
    place = f"/tmp/aib2packer-{part.number:02d}.sh"
    text = joined(f"#!{INLINE_SHEBANG}\n", *(piece for line in lines for piece in (line, "\n")))
    body = (Attribute(name="content", value=say.rendered(text, path)), text_setting("destination", place))
    upload = provisioners(
        comment("Lines with values of the build: Packer fills them in and uploads them, and the step below runs them."),
        Block(kind="provisioner", labels=("file",), body=body),
    )
    # Packer deletes what it uploads itself, but not this file, and its values may be secret.
    inline = Listing((string(f"trap 'rm -f {place}' EXIT"), string(f"chmod +x {place}"), string(place)), spread=True)
    return (text_setting("inline_shebang", INLINE_SHEBANG), Attribute(name="inline", value=inline, origin=(path,))), upload


def _inline(lines: tuple[Value, ...] | Value, path: str, say: Say) -> Listing | Token:
    if not isinstance(lines, tuple):
        value = say.never_braces(lines, path)
        assert isinstance(value, Token | Listing)
        return value
    return Listing(tuple(say.never_braces(line, path) for line in lines), spread=True)


def _why_a_file(lines: list[str]) -> str | None:
    if any("{{" in line for line in lines):
        return "In a file because Packer would expand the braces in this step."
    if not all(survives_hcl(line) for line in lines):
        return "In a file because HCL would normalize the Unicode characters in this step."
    if _has_long_line(lines):
        return "In a file because a line of this step is longer than 64 KiB."
    return None


def _has_long_line(lines: list[str]) -> bool:
    return any(len(line.encode()) >= LONGEST_LINE for text in lines for line in text.split("\n"))


def _script(part: RunShell, lines: list[str], reason: str, say: Say) -> tuple[tuple[Item, ...], Lowered]:
    body = "\n".join((f"#!{INLINE_SHEBANG}", *lines, ""))
    binary = _has_long_line(lines)
    if binary:
        body = body.replace("\r\n", "\n")
    path, lowered = script_file(part, ".sh", body, say)
    lowered += provisioners(comment(reason))
    script = Attribute(name="script", value=Token(path), origin=(f"{part.path}.inline",))
    return (script, *((Attribute(name="binary", value=boolean(True)),) if binary else ())), lowered


def has_braces(lines: tuple[Value, ...]) -> bool:
    """Whether any line holds ``{{``."""
    return any(holds_braces(line) for line in lines)


_STEP = Construct(
    group=Group.STEP,
    type_name="Shell",
    shape=_shape("Shell"),
    reads=(RunShell,),
    read=_read,
    lower=_lower,
    runs_on=lambda _part: Os.LINUX,
    packer='`provisioner "shell"`',
    packer_defaults={("shell", "inline_shebang"): "/bin/sh -e"},
)
CONSTRUCTS = (_STEP, replace(_STEP, group=Group.VALIDATOR, shape=_shape("Shell validator"), since="2022-02-14"))
