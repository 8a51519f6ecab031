"""What an error of aib2packer's own is called: what to report, and nothing of the template."""

from __future__ import annotations

from pathlib import PurePath
from traceback import extract_tb

from aib2packer.version import __version__

_PACKAGE = "aib2packer"


def what_failed(error: BaseException) -> str:
    """One sentence with the version, the kind of the error, and the place in the code; no text of the error, which may quote a secret.

    >>> what_failed(ValueError("hunter2")).endswith("failed (ValueError).")
    True
    """
    places = [(PurePath(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
    ours = [f" at {_short(path)}:{line}" for path, line in places if _PACKAGE in path.parts]
    return f"aib2packer {__version__} failed ({type(error).__name__}{ours[-1] if ours else ''})."


def _short(path: PurePath) -> str:
    """The path in the package."""
    last = len(path.parts) - 1 - path.parts[::-1].index(_PACKAGE)
    return PurePath(*path.parts[last + 1 :]).as_posix()
