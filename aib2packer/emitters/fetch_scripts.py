"""The fetch scripts: what the template names by its address, downloaded into the project before the build.

What is only known at build time comes from the environment variables that Packer reads too (``PKR_VAR_name``).
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from aib2packer.constructs.project import Fetched, Project, Script
from aib2packer.constructs.vm_downloads import BLOB_SUFFIXES
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.emitters.render import render
from aib2packer.hcl.names import snake_case
from aib2packer.ir.values import Input, Joined, Literal, Value, Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file as the templates of the two scripts need it."""

    shell_address: str
    shell_name: str
    powershell_address: str
    powershell_name: str
    sha256: str


def fetch_scripts(project: Project) -> tuple[Script, ...]:
    """``fetch.sh`` and ``fetch.ps1``; none where nothing is downloaded."""
    needed: dict[str, str] = {}
    files = [_file(each, project, needed) for each in project.downloads]
    if not files:
        return ()
    plain_http = any(_is_plain_http(each) for each in project.downloads)
    values: dict[str, object] = {
        "files": files,
        "plain_http": plain_http,
        "needed": list(needed.values()),
        "blob_suffixes": BLOB_SUFFIXES,
        "blob_pattern": blob_pattern(),
    }
    return tuple(Script(path=f"scripts/{name}", text=render(f"{name}.j2", values)) for name in ("fetch.sh", "fetch.ps1"))


def blob_pattern() -> str:
    """The hosts of blobs as a regular expression of PowerShell."""
    return "|".join(BLOB_SUFFIXES).replace(".", "\\.")


def _is_plain_http(each: Fetched) -> bool:
    first = each.address.parts[0] if isinstance(each.address, Joined) else each.address
    return isinstance(first, Literal) and str(first.value).lower().startswith("http:")


def _file(each: Fetched, project: Project, needed: dict[str, str]) -> _File:
    """The file's two addresses; ``needed`` collects the lines of shell that see to the variables in them."""
    address = _parts(each, project)
    shell = "".join(_shell(part, project, needed) for part in address)
    powershell = "".join(_powershell(part, project) for part in address)
    if each.signature is not None:
        what = f"the shared access signature for {each.file}, without its question mark"
        shell += f"?{_shell_variable(each.signature, None, what, needed)}"
        powershell += f"?$(Get-Needed '{each.signature}' '' '{what}')"
    live = len(address) > 1 or not isinstance(address[0], Literal) or each.signature is not None
    plain = str(address[0].value) if isinstance(address[0], Literal) else ""
    return _File(
        shell_address=f'"{shell}"' if live else shell_quoted(plain),
        shell_name=shlex.quote(each.file),
        powershell_address=f'"{powershell}"' if live else powershell_quoted(plain),
        powershell_name=powershell_quoted(each.file),
        sha256=each.sha256 or "",
    )


def _parts(each: Fetched, project: Project) -> tuple[Value, ...]:
    """Texts and inputs that make up the address; anything else has to be settled now."""
    address = each.address
    parts = address.parts if isinstance(address, Joined) else (address,)
    if all(isinstance(part, Literal | Variable) for part in parts):
        return parts
    settled = project.settling.settle(address, each.path)
    if isinstance(settled, Literal):
        return (settled,)
    name = f"{snake_case(each.file).upper()}_URL"
    message = f"The address of {each.file} is the result of an expression: set {name} to it before you run the fetch script."
    project.find(codes.LIVE_ADDRESS, message, place=address.place, path=each.path)
    project.task(f"Set `{name}` to the address of `{each.file}` before you fetch: the template computes it")
    return (_Asked(name, f"the address of {each.file}, which the template computes"),)


@dataclass(frozen=True, slots=True)
class _Asked(Value):
    """An address that a person has to give in an environment variable."""

    variable: str
    what: str


def _shell(part: Value, project: Project, needed: dict[str, str]) -> str:
    if isinstance(part, Variable):
        name, declared = _declared(part, project)
        known = declared.given or declared.default
        default = str(known.value) if isinstance(known, Literal) and known.value is not None else None
        return _shell_variable(name, default, declared.description, needed)
    if isinstance(part, _Asked):
        return _shell_variable(part.variable, None, part.what, needed)
    assert isinstance(part, Literal)
    return _in_double_quotes(str(part.value))


def _shell_variable(name: str, default: str | None, what: str, needed: dict[str, str]) -> str:
    """Not ``${NAME:?what}``: shells disagree on quotes in there."""
    otherwise = f"{name}={shell_quoted(default)}" if default is not None else f"need {name} {shell_quoted(what)}"
    needed[name] = f'[ -n "${{{name}:-}}" ] || {otherwise}'
    return f"${{{name}}}"


def _powershell(part: Value, project: Project) -> str:
    if isinstance(part, Variable):
        name, declared = _declared(part, project)
        known = declared.given or declared.default
        default = str(known.value) if isinstance(known, Literal) and known.value is not None else ""
        what = powershell_quoted(declared.description)
        return f"$(Get-Needed '{name}' {powershell_quoted(default)} {what})"
    if isinstance(part, _Asked):
        return f"$(Get-Needed '{part.variable}' '' {powershell_quoted(part.what)})"
    assert isinstance(part, Literal)
    return str(part.value).replace("`", "``").replace("$", "`$").replace('"', '`"')


def _declared(part: Variable, project: Project) -> tuple[str, Input]:
    name = project.reference(part).removeprefix("var.")
    return f"PKR_VAR_{name}", project.inputs[name]


def _in_double_quotes(text: str) -> str:
    return "".join(f"\\{character}" if character in '\\"$`' else character for character in text)


def shell_quoted(text: str) -> str:
    """The text as one word of a shell."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def powershell_quoted(text: str) -> str:
    """The text as a PowerShell string."""
    return "'" + text.replace("'", "''") + "'"
