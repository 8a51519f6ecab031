"""Codes 0xx and 10x: the input as a file and as JSON."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

CANNOT_READ = Code(
    id="A2P001",
    severity=Severity.ERROR,
    title="The template cannot be read.",
    why="There is no file of that name, or it may not be opened.",
    remedy="Check the path and its permissions; use - to read from standard input.",
)
TOO_LARGE = Code(
    id="A2P002",
    severity=Severity.ERROR,
    title="The template is larger than 4 MiB.",
    why="Azure Resource Manager takes no template above 4 MB, so Image Builder never had this one.",
    remedy="Move long inline scripts to files that the template names by scriptUri.",
)
NOT_UTF8 = Code(
    id="A2P003",
    severity=Severity.ERROR,
    title="The template is not UTF-8 text.",
    why="JSON is UTF-8; other encodings turn letters into others without a word.",
    remedy="Save the file as UTF-8 (a byte order mark at its beginning is accepted).",
)
NOT_JSON = Code(
    id="A2P101",
    severity=Severity.ERROR,
    title="The template is not JSON.",
    why="Up to this place it is; from here on nothing can be told for certain.",
    remedy="Mend the place and convert again; comments and line breaks inside strings are accepted, as Azure does.",
)
TOO_DEEP = Code(
    id="A2P102",
    severity=Severity.ERROR,
    title="The template is nested too deep.",
    why="No image template needs more than a few dozen levels, and reading deeper ones could exhaust the machine.",
    remedy="Look for brackets that were repeated by a program.",
)
DUPLICATE_KEY = Code(
    id="A2P103",
    severity=Severity.ERROR,
    title="A key stands twice in one object.",
    why="Readers of JSON disagree on which of the two counts, so a value would be lost in silence.",
    remedy="Remove one of the two.",
)
LONE_SURROGATE = Code(
    id="A2P104",
    severity=Severity.ERROR,
    title="A text holds half of a character.",
    why="An escape such as \\ud83d without its other half is no character and cannot be written to a file.",
    remedy="Write the character itself, or both halves.",
)
TRAILING_COMMA = Code(
    id="A2P105",
    severity=Severity.WARNING,
    title="A comma has nothing behind it.",
    why="JSON allows no comma before a closing bracket; some of Azure's tools accept it and some refuse the file.",
    remedy="Remove the comma.",
)
