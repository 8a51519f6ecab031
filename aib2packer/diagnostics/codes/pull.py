"""Codes 040 to 049: image templates that are read from Azure."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

MASKED = Code(
    id="A2P040",
    severity=Severity.WARNING,
    title="A secret of an image template is masked in its file.",
    why="The files are meant for version control. A signature, an account key, the credentials of a URL, or a value that is called "
    "a secret is REDACTED in them.",
    remedy="Nothing, where the conversion asks for the secret. Else write a variable in its place.",
)
NOT_ANSWERED = Code(
    id="A2P041",
    severity=Severity.ERROR,
    title="Azure did not list all image templates or triggers.",
    why="The az command failed, or the signed-in account may not read them. What was listed is written.",
    remedy="Remove the cause that az names, and run the command again; it continues.",
)
NOT_PULLED = Code(
    id="A2P042",
    severity=Severity.ERROR,
    title="The file of an image template is not written.",
    why="Another file is in its place, a symbolic link leads out of the folder, or the disk refuses.",
    remedy="Move the file or link away, or name another folder with -o.",
)
