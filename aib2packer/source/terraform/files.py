"""The files beside a configuration, and the functions that read them."""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections.abc import Iterator
from fnmatch import fnmatch

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.source.around import Around
from aib2packer.source.terraform.scope import ProblemError


class Files:
    """The files that were loaded for a configuration, by their paths from its folder."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._texts: dict[str, SourceText] = {}

    def __contains__(self, path: str) -> bool:
        return posixpath.normpath(path) in self._around.files

    def text(self, path: str, place: Place | None) -> SourceText:
        """A file as text; raises ProblemError where it is not there or no text."""
        name = posixpath.normpath(path)
        if name not in self._texts:
            self._texts[name] = SourceText(self._around.folder + name, self._decoded(name, place))
        return self._texts[name]

    def data(self, path: str, place: Place | None) -> bytes:
        """The bytes of a file; raises ProblemError where it is not there."""
        data = self._around.files.get(posixpath.normpath(path))
        if data is None:
            shown = self._around.folder + posixpath.normpath(path)
            raise ProblemError(
                codes.FILE_MISSING, f"The file {shown} is not there. Put it there, or pass the folder that holds it.", place
            )
        return data

    def in_folder(self, folder: str, pattern: str) -> Iterator[str]:
        """The paths of the files in a folder, from that folder, in order."""
        start = "" if posixpath.normpath(folder) == "." else f"{posixpath.normpath(folder)}/"
        inner = (path.removeprefix(start) for path in sorted(self._around.files) if path.startswith(start))
        return (path for path in inner if fnmatch(path, pattern))

    def _decoded(self, path: str, place: Place | None) -> str:
        try:
            return self.data(path, place).decode("utf-8-sig")
        except UnicodeDecodeError:
            message = f"The file {self._around.folder}{path} is not UTF-8. Save it as UTF-8."
            raise ProblemError(codes.FILE_MISSING, message, place) from None

    def digest(self, function: str, path: str, place: Place | None) -> str:
        """What `filebase64`, `filesha256` and `filemd5` give."""
        data = self.data(path, place)
        if function == "filebase64":
            return base64.b64encode(data).decode()
        return hashlib.new(function.removeprefix("file"), data).hexdigest()
