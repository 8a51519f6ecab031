"""The bytes of a file, of what stands for a folder that is one template, and of parameter files; one file converted in memory."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping
from pathlib import Path

from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes.template import NOT_AN_IMAGE_TEMPLATE
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.pipeline import Options, Result, convert, unreadable
from aib2packer.source.addresses import advice_for, shown
from aib2packer.source.bicep.not_compiled import PARAMETERS, NotCompiledError
from aib2packer.source.readers import for_path


def convert_file(name: str, options: Options) -> Result:
    """Converts one file in memory."""
    advice = advice_for(name)
    if advice:
        return no_file(name, advice)
    try:
        data, beside = read_source(name)
    except (OSError, NotCompiledError) as error:
        return not_read(name, error)
    return convert(data, display(name), options, beside)


def read_source(name: str) -> tuple[bytes, Mapping[str, bytes]]:
    """The bytes of a file, or of what stands for a folder that is one template, and the files beside it that it may read."""
    if name == "-":
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        return sys.stdin.buffer.read(), {}
    reader = for_path(_ending(name))
    return (Path(name).read_bytes(), {}) if reader.gather is None else reader.gather(Path(name))


def read_parameters(file: Path) -> bytes:
    """The JSON of a parameter file; raises OSError, or NotCompiledError for one of Bicep."""
    _ending(str(file))
    if not file.name.lower().endswith(PARAMETERS):
        return file.read_bytes()
    from aib2packer.source.bicep.compiler import parameter_values

    return parameter_values(file)


def _ending(name: str) -> str:
    """The name of a file; raises OSError for a pipe or a device, from which reading may never end."""
    path = Path(name)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device", name)
    return name


def display(name: str) -> str:
    """How messages call a file; a folder has a slash at its end."""
    if name == "-":
        return "<stdin>"
    return f"{Path(name).as_posix()}/" if Path(name).is_dir() else name


def not_read(name: str, error: OSError | NotCompiledError) -> Result:
    """The result for a file that could not be read or compiled."""
    if isinstance(error, OSError):
        return unreadable(name, error.strerror or str(error))
    findings = Findings()
    for message, place in error.problems or ((str(error), None),):
        findings.add(deployment_codes.BICEP_FILE, message, place=place)
    return Result(projects=(), findings=findings)


def no_file(name: str, advice: str) -> Result:
    """The result for what is no path."""
    findings = Findings()
    findings.add(NOT_AN_IMAGE_TEMPLATE, advice, place=Place(SourceText(shown(name), ""), 0, 0))
    return Result(projects=(), findings=findings)
