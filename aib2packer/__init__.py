"""aib2packer: turns Azure VM Image Builder templates into Packer projects.

For programs: ``convert`` a template to the files of a Packer project, ``check`` it for the findings only, or ``compare`` it with a
project that exists. ``Options`` are those of the command line, a ``Result`` is what a conversion gives, a ``Finding`` is one message
about the template. Other names may change with any version.

>>> from aib2packer import convert
>>> for finding in convert("{}", file="web.json").findings:
...     print(finding.severity, finding.code.id, finding.message)
error A2P620 The file contains no image template. Pass the file with the resource Microsoft.VirtualMachineImages/imageTemplates.
"""

from __future__ import annotations

from aib2packer.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from aib2packer.api import Finding, Options, Result, check, compare, convert

__all__ = ["Finding", "Options", "Result", "__version__", "check", "compare", "convert"]


def __getattr__(name: str) -> object:
    """Imports the API when one of its names is first used: the command line starts without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    api = import_module("aib2packer.api")

    globals()[name] = found = getattr(api, name)
    return found


def __dir__() -> list[str]:
    return list(__all__)
