"""Codes 0xx about the output folder, and 8xx about mistakes in the generated project."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

NOT_EMPTY = Code(
    id="A2P010",
    severity=Severity.ERROR,
    title="The output folder is not empty.",
    why="It contains files of yours, the project of another template, or a record that this version cannot read.",
    remedy="Name another folder with -o, or overwrite with --force.",
)
NOT_WRITABLE = Code(
    id="A2P011",
    severity=Severity.ERROR,
    title="The output cannot be written.",
    why="The file system refused it.",
    remedy="Name another folder with -o.",
)
SAME_NAME = Code(
    id="A2P012",
    severity=Severity.ERROR,
    title="Two templates have the same output folder.",
    why="The second project would overwrite the first.",
    remedy="Convert them one by one, each with its own -o.",
)
READ_ALONG = Code(
    id="A2P013",
    severity=Severity.NOTE,
    title="Packer also reads other files in the project's folder.",
    why="Packer reads every `*.pkr.hcl` and `*.auto.pkrvars.hcl` of a folder.",
    remedy="Delete them unless they belong to the project.",
)
KEPT = Code(
    id="A2P014",
    severity=Severity.NOTE,
    title="Changed files are not brought up to date.",
    why="A person changed them: their checksums differ from those in `.aib2packer.json`. Or they were downloaded from another URL. Or they are of a time when the file held one image.",
    remedy="See with `aib2packer compare` what they lack, or overwrite them with --force; values.auto.pkrvars.hcl stays even so: delete it to get a new one.",
)
REMOVED = Code(
    id="A2P015",
    severity=Severity.NOTE,
    title="Files that are no longer needed are removed.",
    why="An earlier conversion wrote them, and nobody changed them.",
    remedy="Nothing to do.",
)
SELF_CHECK = Code(
    id="A2P801",
    severity=Severity.ERROR,
    title="The project failed aib2packer's own check.",
    why="This is a bug in aib2packer, not in the template. Nothing was written.",
    remedy="Report it with the template, without its secrets.",
)
INTERNAL = Code(
    id="A2P802",
    severity=Severity.ERROR,
    title="The conversion failed because of aib2packer.",
    why="This is a bug in aib2packer, or the machine ran out of memory. Nothing of the file was written; other files are not affected.",
    remedy="Report the sentence, with the template that caused it, without its secrets.",
)
