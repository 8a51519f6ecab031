"""Codes 2xx: keys, types and values of the template's objects."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

OLD_SPELLING = Code(
    id="A2P201",
    severity=Severity.NOTE,
    title="An old or lenient spelling was accepted.",
    why="Earlier API versions took it, API 2024-02-01 and later refuse it; the meaning is certain, so it is converted.",
    remedy="Write the name or value as the finding gives it if you keep the template.",
)
MISSPELT_KEY = Code(
    id="A2P202",
    severity=Severity.WARNING,
    title="A misspelt key was read as the one that was meant.",
    why="Image Builder ignored the key without a word (or refuses it, from API 2024-02-01 on), so the converted project "
    "does more than the template did.",
    remedy="Check that you want what the key says, and correct its spelling if you keep the template.",
)
UNKNOWN_KEY = Code(
    id="A2P203",
    severity=Severity.WARNING,
    title="A key is not known to Image Builder.",
    why="API versions before 2024-02-01 ignore an unknown key, later ones refuse the template; what it says is not converted.",
    remedy="Correct the key if it is a slip of the pen, else remove it.",
)
WRONG_TYPE = Code(
    id="A2P204",
    severity=Severity.ERROR,
    title="A value is of the wrong type.",
    why="Image Builder would refuse it, so nobody can tell what it should do.",
    remedy="Write the value as the finding says.",
)
MISSING_KEY = Code(
    id="A2P205",
    severity=Severity.ERROR,
    title="A required key is missing.",
    why="Image Builder would refuse the template, and Packer cannot build without it.",
    remedy="Add the key.",
)
UNKNOWN_TYPE = Code(
    id="A2P206",
    severity=Severity.ERROR,
    title="The type of a source, step, validator or output is not known.",
    why="The type decides what the object does; nothing can be converted without it.",
    remedy="Use one of the types that the finding names.",
)
NOT_ALLOWED = Code(
    id="A2P207",
    severity=Severity.ERROR,
    title="A value is none of those that are allowed.",
    why="Image Builder would refuse it.",
    remedy="Use one of the values that the finding names.",
)
OUT_OF_RANGE = Code(
    id="A2P208",
    severity=Severity.ERROR,
    title="A number is outside of its bounds.",
    why="Image Builder would refuse it.",
    remedy="Use a number within the bounds that the finding names.",
)
BAD_FORM = Code(
    id="A2P209",
    severity=Severity.ERROR,
    title="A text does not have the form that it needs.",
    why="Image Builder would refuse it.",
    remedy="Write it in the form that the finding names.",
)
NEWER_THAN_VERSION = Code(
    id="A2P210",
    severity=Severity.NOTE,
    title="A key or type is newer than the template's API version.",
    why="The published schema of that version does not have it, though the service often took it; it is converted.",
    remedy="Raise the apiVersion if you keep the template.",
)
NO_LONGER = Code(
    id="A2P211",
    severity=Severity.NOTE,
    title="A key or type was removed from the service before the template's API version.",
    why="The service would not take it with that API version; the meaning is certain, so it is converted.",
    remedy="Use what replaced it, as the finding says, if you keep the template.",
)
NOT_READ = Code(
    id="A2P212",
    severity=Severity.WARNING,
    title="A key that Image Builder knows was not converted here.",
    why="It has no meaning together with the other keys of its object.",
    remedy="Check whether the template meant something else.",
)
UNKNOWN_API_VERSION = Code(
    id="A2P213",
    severity=Severity.WARNING,
    title="The API version is not one that Image Builder has had.",
    why="Which keys exist, and how strict the service is, depends on it; the template is read as one of the newest version, "
    "but leniently.",
    remedy="Correct the apiVersion, or tell us about a new one.",
)
