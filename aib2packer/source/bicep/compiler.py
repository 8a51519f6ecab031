"""Runs `bicep`, or `az bicep`, for Bicep files and their parameter files; what it made of a file may lie beside it.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-cli
https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from os.path import relpath
from pathlib import Path
from posixpath import dirname, join, normpath

from msgspec import Struct

from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.source.bicep.not_compiled import PARAMETERS, NotCompiledError

_COMPILERS = (("bicep", ()), ("az", ("bicep",)))
_ERROR = re.compile(r"^(?:ERROR: )?(.+)\((\d+),(\d+)\) : Error ([\w-]+): (.+?)(?: \[https?://\S+\])?$", re.MULTILINE)
_USED = re.compile(r"^\s*(?:module\s+\w+|using)\s+'([^'\n]+\.bicep)'", re.MULTILINE)
_GENERATOR = re.compile(rb'"_generator"\s*:\s*\{\s*"name"\s*:\s*"bicep"')


class _Compiled(Struct, frozen=True):
    """What a compiler makes of a parameter file: JSON of the values, and of the template in its `using` (empty: none)."""

    parameters: str
    template: str
    template_spec: str


def gathered_bicep(path: Path) -> tuple[bytes, Mapping[str, bytes]]:
    """The JSON that a compiler on PATH makes of a file, and the Bicep files that it is made of, by their paths from its folder."""
    is_parameter_file = path.name.lower().endswith(PARAMETERS)
    made = _with_template(path) if is_parameter_file else _output(path, "build", "Bicep file", "convert the JSON file")
    files: dict[str, bytes] = {}
    pending = [path.name]
    while pending:
        name = pending.pop()
        if name not in files and (path.parent / name).is_file():
            files[name] = (path.parent / name).read_bytes()
            pending += [normpath(join(dirname(name), used)) for used in _USED.findall(files[name].decode(errors="replace"))]
    return made, files


def _with_template(path: Path) -> bytes:
    """The template that a parameter file names in its `using`, with the values of the file beside it, as REST bodies have them."""
    made = _parameters(path, "convert the JSON of its template with -p and that of the parameters")
    if not made.template:
        found = made.template_spec
        todo = f"Run `az ts show --id {found}`, then convert its template" if found else "Convert its template"
        raise NotCompiledError(f"{path} names no Bicep file in its `using`. {todo} with -p {path}.")
    return f'{{"template": {made.template}, "parameters": {made.parameters}}}'.encode()


def parameter_values(path: Path) -> bytes:
    """The JSON parameter file that a compiler on PATH makes of a Bicep parameter file."""
    return _parameters(path, "pass the JSON file with -p").parameters.encode()


def _parameters(path: Path, then: str) -> _Compiled:
    try:
        made = json.loads(_output(path, "build-params", "Bicep parameter file", then))
        return _Compiled(made["parametersJson"], made.get("templateJson") or "", made.get("templateSpecId") or "")
    except (ValueError, KeyError, TypeError):
        raise NotCompiledError(f"The compiler's answer for {path} is not that of `bicep build-params`. Update bicep.") from None


def _output(path: Path, verb: str, kind: str, then: str) -> bytes:
    path.read_bytes()
    compiler = _compiler()
    if compiler is None:
        raise NotCompiledError(
            f"{path} is a {kind}, but {lacks_compiler()}. Install one, or run `az bicep {verb} -f {path}` where one is, then {then}."
        )
    program, inner = compiler
    file = ("-f", str(path)) if inner else (str(path),)
    done = subprocess.run([program, *inner, verb, "--stdout", *file], capture_output=True, check=False)
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip()
    reason = said.splitlines()[-1] if said else "no reason given"
    raise NotCompiledError(f"{program} cannot compile {path} ({reason}). Correct the file.", tuple(_problems(said, path)))


def _problems(said: str, path: Path) -> Iterator[tuple[str, Place]]:
    """The errors that a compiler printed; it calls files by whole paths, findings as ``path`` does."""
    for file, line, column, code, message in _ERROR.findall(said):
        shown = Path(relpath(file, path.resolve().parent))
        data = Path(file).read_bytes() if Path(file).is_file() else b""
        source = SourceText((path.parent / shown).as_posix(), data.decode(errors="replace"))
        starts = [0, *(match.end() for match in re.finditer("\n", source.text))]
        start = starts[min(int(line), len(starts)) - 1] + int(column) - 1
        yield f"Bicep {code}: {message.rstrip('.')}{'' if message.endswith('?') else '.'}", Place(source, start, start)


def lacks_compiler() -> str:
    """What this machine lacks, as a clause; empty where it has a compiler."""
    return "neither bicep nor az is on PATH" if _compiler() is None else ""


def is_compiled_beside(path: Path) -> bool:
    """Whether the JSON that Bicep made of a file lies beside it."""
    made = path.with_suffix(".json")
    return made.is_file() and _GENERATOR.search(made.read_bytes()) is not None


def _compiler() -> tuple[str, tuple[str, ...]] | None:
    return next((compiler for compiler in _COMPILERS if shutil.which(compiler[0]) is not None), None)
