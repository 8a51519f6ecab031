"""Codes 0xx about the output, and 8xx: the project as it was made."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

NOT_EMPTY = Code(
    id="A2P010",
    severity=Severity.ERROR,
    title="The output folder is not empty.",
    why="Files of yours could be overwritten, or old ones be read by Packer along with the new.",
    remedy="Name another folder with -o, or overwrite with --force.",
)
NOT_WRITABLE = Code(
    id="A2P011",
    severity=Severity.ERROR,
    title="The output cannot be written.",
    why="The folder, or one above it, does not let you.",
    remedy="Name another folder with -o.",
)
SAME_NAME = Code(
    id="A2P012",
    severity=Severity.ERROR,
    title="Two templates would be written to the same folder.",
    why="The second would overwrite the first.",
    remedy="Convert them one by one, each with an -o of its own.",
)
READ_ALONG = Code(
    id="A2P013",
    severity=Severity.NOTE,
    title="Packer reads older files along with the project.",
    why="They were in the folder before, as files of yours or of another conversion, and Packer reads every `*.pkr.hcl` and "
    "`*.auto.pkrvars.hcl` of a folder.",
    remedy="Delete them, unless they are yours and to be read.",
)
SELF_CHECK = Code(
    id="A2P801",
    severity=Severity.ERROR,
    title="The project failed the check that aib2packer does on its own output.",
    why="This is a mistake of aib2packer, not of the template; nothing is written.",
    remedy="Please report it with the template (without its secrets).",
)
