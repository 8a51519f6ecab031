"""Codes 0xx and 10x: the input as a file and as JSON."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

CANNOT_READ = Code(
    id="A2P001",
    severity=Severity.ERROR,
    title="The template cannot be read.",
    why="The file does not exist, or cannot be opened.",
    remedy="Check the path and its permissions, or use - for standard input.",
)
TOO_LARGE = Code(
    id="A2P002",
    severity=Severity.ERROR,
    title="The template is larger than 4 MiB.",
    why="Azure Resource Manager accepts templates of up to 4 MB.",
    remedy="Move long inline scripts to files, and name them by scriptUri.",
)
NOT_UTF8 = Code(
    id="A2P003",
    severity=Severity.ERROR,
    title="The template is not UTF-8.",
    why="Files are read as UTF-8, or as UTF-16 where they begin with its byte order mark.",
    remedy="Save the file as UTF-8: in an editor, or by `iconv -f windows-1252 -t utf-8 FILE` with the encoding that it has.",
)
NOT_JSON = Code(
    id="A2P101",
    severity=Severity.ERROR,
    title="The template is not JSON.",
    why="The file is valid JSON up to this place.",
    remedy="Correct it and convert again. Comments, and line breaks in strings, are allowed, as in Azure.",
)
TOO_DEEP = Code(
    id="A2P102",
    severity=Severity.ERROR,
    title="The template is nested too deeply.",
    why="No image template needs more than a few dozen levels.",
    remedy="Look for brackets that a program repeated.",
)
DUPLICATE_KEY = Code(
    id="A2P103",
    severity=Severity.ERROR,
    title="A key appears twice in one object.",
    why="JSON parsers disagree on which of the two counts.",
    remedy="Remove one of them.",
)
LONE_SURROGATE = Code(
    id="A2P104",
    severity=Severity.ERROR,
    title="A string contains half of a character.",
    why="An escape such as \\ud83d without its other half is no character, and cannot be written to a file.",
    remedy="Write the character itself, or both halves.",
)
TRAILING_COMMA = Code(
    id="A2P105",
    severity=Severity.WARNING,
    title="Trailing comma.",
    why="JSON allows no comma before a closing bracket. Some of Azure's tools accept it, others refuse the file.",
    remedy="Remove the comma.",
)
