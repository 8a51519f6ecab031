"""What a machine must see when the steps of a template run, told without the conversion.

Only what reads templates is asked: the parser, and the evaluator of ARM expressions with the values that Packer is given, too. How
a step becomes HCL and scripts plays no part in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cases import Case
from msgspec.structs import replace

from aib2packer.arm.fold import Folded, fold
from aib2packer.arm.functions.table import Json
from aib2packer.arm.partial import plain
from aib2packer.constructs.key_names import key_names
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.clouds import CLOUDS
from aib2packer.ir.values import Input, ObjectOf, Role, Value
from aib2packer.source.around import Around
from aib2packer.source.discovery import Beside, Found, find_templates
from aib2packer.source.json_text import read_json
from aib2packer.source.parameters import GivenValue, from_plain, given_on_command_line, read_parameter_file
from aib2packer.source.readers import for_path, is_variable_file, read_variables

LINUX_DEPROVISIONING = b"""\
WAAGENT=/usr/sbin/waagent
waagent -version 1> /dev/null 2>&1
if [ $? -eq 0 ]; then
  WAAGENT=waagent
fi
$WAAGENT -force -deprovision+user && export HISTSIZE=0 && sync
"""
"""What Image Builder writes to /tmp/DeprovisioningScript.sh."""

_PREIMAGES = {hashlib.sha256(text).hexdigest(): text for text in (b"foo", b"test")}


class NotToldError(Exception):
    """The steps depend on what only Azure or the build knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that the template names by its address, and the bytes that tests pretend to find there."""

    url: str
    sha256: str

    @property
    def data(self) -> bytes:
        """A script that says its address; or the text of a checksum, where samples check one."""
        if self.sha256.lower() in _PREIMAGES:
            return _PREIMAGES[self.sha256.lower()]
        return f"#!/bin/sh\n# grüße {{{{ .Path }}}} ${{HOME}} %{{ if }}\n{self.command}\n".encode()

    @property
    def command(self) -> str:
        """The one line of the script that does something: it prints the address."""
        return f"printf '%s\\n' \"$(cat <<'END'\nfrom {self.url}\nEND\n)\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Lines, or a downloaded script, that the machine runs; as the login user, unless a step on Windows says otherwise."""

    data: bytes
    download: Download | None = None
    elevated: bool = False
    system: bool = False
    exit_codes: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A downloaded file that the machine finds at a path."""

    path: str
    download: Download


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """A restart of the machine; empty commands are the defaults."""

    command: str
    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Windows updates; None where the plugin's defaults hold."""

    criteria: str | None
    filters: tuple[str, ...] | None
    limit: int | None


Step = Script | File | Restart | Update


def expected_steps(case: Case, name: str, section: tuple[str, ...], values: Mapping[str, Json]) -> tuple[Step, ...]:
    """The steps of a section (``customize``, or the validators) of a sample's image template of that name.

    ``values`` are those that Packer is given for variables; raises NotToldError.
    """
    found = _image_template(case, name)
    inputs = [_with_value(each, values) for each in found.inputs]
    value: Value | None = found.value
    for key in ("properties", *section):
        value = _known(value, inputs, found) if value is not None and not isinstance(value, ObjectOf) else value
        value = value.get(key) if isinstance(value, ObjectOf) else None
    steps = plain(_known(value, inputs, found)) if value is not None else []
    return tuple(_step(step) for step in (steps if isinstance(steps, list) else [steps]) if step is not None)


def _image_template(case: Case, name: str) -> Found:
    pairs = list(zip(case.arguments, case.arguments[1:], strict=False))
    texts = dict(value.split("=", 1) for option, value in pairs if option == "--set")
    given = [each for option, value in pairs if option == "-p" for each in _given(case.folder / value)]
    cloud = next((each for each in CLOUDS if ("--cloud", each.option) in pairs), None)
    values = (*given, *given_on_command_line(texts))
    beside = Beside(keys=key_names(), given=values, as_text=frozenset(texts), cloud=cloud)
    found = find_templates(_root(case.folder / case.template, beside), beside, Findings())
    wanted = name or next((value for option, value in pairs if option == "--name"), "")
    if len(found) == 1:
        return found[0]
    return next(each for each in found if _squashed(wanted) in (_squashed(each.name), _squashed(f"{each.name}-{each.parent}")))


def _given(path: Path) -> tuple[GivenValue, ...]:
    """The values of a parameter file."""
    if is_variable_file(path.name):
        return read_variables(SourceText(path.name, path.read_text()), Findings())
    return read_parameter_file(_read(path), "", Findings())


def _root(path: Path, beside: Beside) -> Value:
    """What a template says, whatever its form."""
    reader = for_path(str(path))
    if reader.gather is None or reader.read_with is None:
        return _read(path)
    data, files = reader.gather(path)
    name = f"{path.name}/" if path.is_dir() else path.name
    around = Around(files=files, given=beside.given, as_text=beside.as_text)
    value = reader.read_with(SourceText(name, data.decode()), around, Findings())
    assert value is not None
    return value


def _read(path: Path) -> Value:
    data = path.read_bytes()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    value = read_json(SourceText(path.name, data.decode(encoding)), Findings())
    assert value is not None
    return value


def _with_value(declared: Input, values: Mapping[str, Json]) -> Input:
    """The input with the value that the variable of its name has; a number at its end tells it from one of the project's own."""
    exact = {_squashed(name): name for name in values}
    numbered = {_squashed(re.sub(r"_\d+$", "", name)): name for name in values}
    match = exact.get(_squashed(declared.name)) or numbered.get(_squashed(declared.name))
    if match is not None:
        return replace(declared, given=from_plain(values[match]))
    has_value = declared.given is not None or declared.default is not None
    return declared if has_value or declared.role is not Role.PARAMETER else replace(declared, given=from_plain("not asked for"))


def _known(value: Value | None, inputs: Sequence[Input], found: Found) -> Value:
    assert value is not None
    folded = fold(value, inputs, locals={local.name: each for local, each in found.locals})
    if not isinstance(folded, Folded):
        raise NotToldError(str(folded))
    return folded.value


def _squashed(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _get(node: Json, *names: str) -> Json:
    """The value of a key, in any spelling of its letters."""
    if isinstance(node, dict):
        folded = {key.lower(): value for key, value in node.items()}
        return next((folded[name.lower()] for name in names if name.lower() in folded), None)
    return None


def _step(step: Json) -> Step:
    kind = str(_get(step, "type")).lower()
    url = _get(step, "scriptUri", "sourceUri", "script")
    download = Download(url=str(url), sha256=str(_get(step, "sha256Checksum") or "")) if url else None
    if kind == "file":
        assert download is not None
        return File(path=_path(str(_get(step, "destination")), download.url), download=download)
    if kind in ("shell", "powershell"):
        return _script(step, kind, download)
    if kind == "windowsrestart":
        return Restart(command=str(_get(step, "restartCommand") or ""), check=str(_get(step, "restartCheckCommand") or ""))
    if kind != "windowsupdate":
        raise NotToldError(f"a step of the type {kind}")
    filters, criteria, limit = _get(step, "filters"), _get(step, "searchCriteria"), _get(step, "updateLimit")
    return Update(
        criteria=str(criteria) if criteria else None,
        filters=tuple(_list(filters)) if filters else None,
        limit=int(str(limit)) if limit else None,
    )


def _script(step: Json, kind: str, download: Download | None) -> Script:
    codes = _get(step, "validExitCodes")
    elevated = _flag(_get(step, "runElevated"))
    lines = [*(["#!/bin/sh -e"] if kind == "shell" else []), *_list(_get(step, "inline"))]
    data = download.data if download else "".join(f"{line}\n" for line in lines).encode()
    return Script(
        data=data + b"\n"
        if kind == "shell" and not data.endswith(b"\n")
        else data,  # Packer ends the last line, as it does for AIB
        download=download,
        elevated=elevated,
        system=elevated and _flag(_get(step, "runAsSystem")),
        exit_codes=tuple(map(int, _list(codes))) if codes not in (None, []) else (0,),
    )


def _list(value: Json) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _flag(value: Json) -> bool:
    return str(value).lower() == "true"


def _path(destination: str, url: str) -> str:
    """Where a file arrives: a destination that ends like a folder gets the file's own name."""
    if not destination.endswith(("/", "\\")):
        return destination
    return destination + unquote(urlsplit(url).path).rpartition("/")[2]
