"""Writes a project again and again, each time cut short at the next file operation: killed, or told by the system that it cannot.

``python cutting.py ROOT kill|fail`` takes ROOT/before, the folder as it is, or none, and ROOT/new, the files to write; ROOT/N/out is what
the cut at operation N leaves. A run of its own, because an audit hook stays for good, and a process with threads must not fork.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path

from aib2packer.project_folder.drafts import NotWrittenError
from aib2packer.project_folder.writing import write_projects

OPERATIONS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink"})


def files_of(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _cut(number: int, root: Path, how: str) -> None:
    """From now on, the file operation of this number does not happen."""
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in OPERATIONS and str(arguments[0]).startswith(str(root)):
            seen += 1
            if seen == number:
                if how == "kill":
                    os._exit(9)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))

    sys.addaudithook(watch)


def main(root: Path, how: str) -> None:
    files, number, code = files_of(root / "new"), 0, 1
    while code != 0:
        number += 1
        place = root / str(number)
        place.mkdir()
        if (root / "before").is_dir():
            shutil.copytree(root / "before", place / "out")
        child = os.fork()
        if child == 0:
            _cut(number, place, how)
            try:
                write_projects({place / "out": files}, force=True, filled_in=("values.auto.pkrvars.hcl",))
            except NotWrittenError:
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
