"""PowerShell: lines or a script on Windows, as the login user, elevated, or as system.

Lines become a script file: since Packer 1.13 `inline` is wrapped in a way that changes here-strings, `param()` and exit codes,
while a script runs as Image Builder's Packer ran inline lines.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#powershell-customizer
https://github.com/hashicorp/packer/blob/v1.16.0/provisioner/powershell/provisioner.go
"""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.constructs.download_keys import address_key, checksum_key
from aib2packer.constructs.lines_or_script import read_lines_or_script
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import customize as codes
from aib2packer.hcl.nodes import Attribute, Block, Item, Token, raw, string
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Downloads, Os
from aib2packer.ir.parts import Download, Step
from aib2packer.ir.text import known_texts
from aib2packer.ir.values import Call, Literal, Value, joined
from aib2packer.lowering.downloads import file_in_project
from aib2packer.lowering.lowered import Lowered, comment, provisioners, text_setting
from aib2packer.lowering.pieces import script_file, step_name
from aib2packer.lowering.say import Say
from aib2packer.lowering.vm_downloads import run_in_vm
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, flag, script_texts, text, wholes


class RunPowerShell(Step, frozen=True, kw_only=True):
    """Runs lines, or a downloaded script, in PowerShell on Windows; ``as_system`` needs ``elevated``."""

    lines: tuple[Value, ...] | Value | None
    script: Download | None
    elevated: Value | None
    as_system: Value | None
    exit_codes: tuple[Value, ...] | Value | None


def _shape(name: str) -> Shape:
    return Shape(
        name=name,
        keys=(
            type_key("PowerShell"),
            exact("name", text(), "`name`"),
            exact("inline", script_texts(), "`script`", since="2019-02-01-preview"),
            address_key("scriptUri", old_names=("script",), since="2019-02-01-preview"),
            checksum_key(),
            exact(
                "runElevated",
                flag(),
                "`elevated_user = build.User`, `elevated_password = build.Password`",
                since="2019-05-01-preview",
            ),
            exact("runAsSystem", flag(), '`elevated_user = "SYSTEM"`, `elevated_password = ""`', since="2020-02-14"),
            exact("validExitCodes", wholes(), "`valid_exit_codes`", since="2019-02-01-preview"),
        ),
    )


def _read(fields: Fields) -> RunPowerShell | None:
    name = fields.text("name")
    found = read_lines_or_script(fields, "PowerShell", ".ps1")
    elevated, as_system = fields.take("runElevated"), fields.take("runAsSystem")
    exit_codes = fields.list_of_texts("validExitCodes")
    _check_elevation(fields, elevated, as_system)
    if found is None:
        return None
    lines, script = found
    return RunPowerShell(
        path=fields.path,
        place=fields.place,
        name=name,
        lines=lines,
        script=script,
        elevated=elevated,
        as_system=as_system,
        exit_codes=exit_codes or None,
    )


def _check_elevation(fields: Fields, elevated: Value | None, as_system: Value | None) -> None:
    if as_system == Literal(True) and elevated in (None, Literal(False)):
        message = "`runAsSystem` needs `runElevated: true`. Add it, or remove runAsSystem."
        fields.report_at("runAsSystem", codes.SYSTEM_WITHOUT_ELEVATED, message)
    elif elevated == Literal(True) and as_system in (None, Literal(False)):
        message = (
            "A step with `runElevated` but not `runAsSystem` may never start on Windows 10 and 11, under Packer and Image "
            "Builder. Add runAsSystem if it hangs."
        )
        fields.report_at("runElevated", codes.ELEVATED_MAY_HANG, message)


def _lower(part: RunPowerShell, say: Say) -> Lowered:
    name = step_name(part, say)
    body: list[Item] = [name] if name else []
    body += _elevation(part, say)
    if part.exit_codes is not None:
        path = f"{part.path}.validExitCodes"
        body.append(Attribute(name="valid_exit_codes", value=say.listing(part.exit_codes, path), origin=(path,)))
    script, lowered = _script(part, say)
    body += script
    return lowered + provisioners(Block(kind="provisioner", labels=("powershell",), body=tuple(body), origin=(part.path,)))


def _elevation(part: RunPowerShell, say: Say) -> list[Item]:
    origin = (f"{part.path}.runElevated", f"{part.path}.runAsSystem")
    elevated, as_system = part.elevated, part.as_system
    if elevated in (None, Literal(False)):
        return []
    if elevated == Literal(True) and as_system == Literal(True):
        user, password = string("SYSTEM"), string("")
    elif elevated == Literal(True) and as_system in (None, Literal(False)):
        user, password = raw("build.User"), raw("build.Password")
    else:
        user, password = _live_elevation(part, say)
    return [
        Attribute(name="elevated_user", value=user, origin=origin),
        Attribute(name="elevated_password", value=password),
    ]


def _live_elevation(part: RunPowerShell, say: Say) -> tuple[Token, Token]:
    """Both settings depend on values that are only known when the build runs; empty texts mean not elevated."""
    elevated = _condition(part.elevated, f"{part.path}.runElevated", say)
    system = _condition(part.as_system, f"{part.path}.runAsSystem", say)
    user = _choose(system, '"SYSTEM"', "build.User")
    password = _choose(system, '""', "build.Password")
    return raw(_choose(elevated, user, '""')), raw(_choose(elevated, password, '""'))


def _condition(value: Value | None, path: str, say: Say) -> str:
    if value is None:
        return "false"
    expression = say.rendered(value, path)
    return str(expression.text) if isinstance(expression, Token) else "false"


def _choose(condition: str, yes: str, no: str) -> str:
    fixed = {"true": yes, "false": no}.get(condition)
    return fixed if fixed is not None else f"({condition} ? {yes} : {no})"


def _script(part: RunPowerShell, say: Say) -> tuple[tuple[Item, ...], Lowered]:
    if part.script is not None and say.choices.downloads is Downloads.VM:
        return run_in_vm(part, part.script, say, _exit_code_of_failure(part))
    if part.script is not None:
        file, lowered = file_in_project(part.script, say, script=True)
        return (_script_setting(file, part.script.path),), lowered
    path = f"{part.path}.inline"
    assert part.lines is not None
    if isinstance(part.lines, tuple):
        part = replace(part, lines=tuple(say.sayable(line, path) for line in part.lines))
    known = known_texts(part.lines) if isinstance(part.lines, tuple) else None
    if known is not None:
        file, lowered = script_file(part, ".ps1", "\n".join((*known, "")), say)
    else:
        file, lowered = _live_script(part, path, say)
    return (_script_setting(file, path),), lowered


_UNLIKELY = 113
"""Used where the valid exit codes are unknown at conversion: hardly any program means success by it."""


def _exit_code_of_failure(part: RunPowerShell) -> int:
    """An exit code that is not valid for the step, so that a download that failed stops the build."""
    if part.exit_codes is None:
        return 1
    if not isinstance(part.exit_codes, tuple) or not all(isinstance(code, Literal) for code in part.exit_codes):
        return _UNLIKELY
    return next(code for code in range(1, len(part.exit_codes) + 2) if Literal(code) not in part.exit_codes)


def _live_script(part: RunPowerShell, path: str, say: Say) -> tuple[HclText, Lowered]:
    """Lines with live values: a file that Packer fills in and uploads first, and a script that runs it and hands its exit code on.

    It deletes the file: Packer does that only with scripts that it uploads itself, and the values may be secret.
    """
    place = f"c:/Windows/Temp/aib2packer-{part.number:02d}.ps1"
    lines = part.lines
    text = joined_lines(lines) if isinstance(lines, tuple) else Call("join", (_live(lines), Literal("\n")))
    body = (
        Attribute(name="content", value=say.rendered(text, path)),
        text_setting("destination", place),
    )
    upload = provisioners(
        comment("Lines with values of the build: Packer fills them in and uploads them, and the step below runs them."),
        Block(kind="provisioner", labels=("file",), body=body),
    )
    file, lowered = script_file(
        part, ".ps1", f"try {{ & '{place}' }} finally {{ Remove-Item -Force '{place}' }}\nexit $LastExitCode\n", say
    )
    return file, upload + lowered


def joined_lines(lines: tuple[Value, ...]) -> Value:
    """The lines as one text, each with its line end."""
    return joined(*(part for line in lines for part in (line, "\n")))


def _live(lines: Value | None) -> Value:
    assert lines is not None
    return lines


def _script_setting(file: HclText, path: str) -> Attribute:
    return Attribute(name="script", value=Token(file), origin=(path,))


_STEP = Construct(
    group=Group.STEP,
    type_name="PowerShell",
    shape=_shape("PowerShell"),
    reads=(RunPowerShell,),
    read=_read,
    lower=_lower,
    runs_on=lambda _part: Os.WINDOWS,
    packer='`provisioner "powershell"`',
    since="2019-02-01-preview",
)
CONSTRUCTS = (_STEP, replace(_STEP, group=Group.VALIDATOR, shape=_shape("PowerShell validator"), since="2022-02-14"))
