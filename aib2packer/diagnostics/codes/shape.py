"""Codes 2xx: keys, types and values of the template's objects."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

OLD_SPELLING = Code(
    id="A2P201",
    severity=Severity.NOTE,
    also=(Severity.ERROR,),
    title="An old or lenient spelling was accepted.",
    why="Earlier API versions accept it; API 2024-02-01 and later refuse it. The meaning is certain, so it is converted.",
    remedy="Use the spelling in the finding if you keep the template.",
    example='`"script": "https://files.contoso.com/Install-Agent.ps1"` → read as scriptUri: `script = "${path.root}/scripts/Install-Agent.ps1"`',
)
MISSPELT_KEY = Code(
    id="A2P202",
    severity=Severity.WARNING,
    title="A misspelt key was read as another key.",
    why="Image Builder ignores the misspelt key (API 2024-02-01 and later refuse it), so the project does more than "
    "the template did.",
    remedy="Check that you want the setting, and correct the key if you keep the template.",
)
UNKNOWN_KEY = Code(
    id="A2P203",
    severity=Severity.WARNING,
    also=(Severity.ERROR,),
    title="Image Builder or Azure Resource Manager does not know a key.",
    why="Image Builder before API 2024-02-01 ignores a key of an image template that it does not know, later versions refuse it. "
    "Azure Resource Manager refuses a deployment template with such a key in the template itself or in what it declares: a misspelt "
    "`defaultValue` is no default. In the properties of a nested deployment, and in a loop, aib2packer reads the keys that are documented.",
    remedy="Correct the key, or remove it.",
)
WRONG_TYPE = Code(
    id="A2P204",
    severity=Severity.ERROR,
    title="A value has the wrong type.",
    why="Image Builder would refuse the template.",
    remedy="Use the type that the finding names.",
)
MISSING_KEY = Code(
    id="A2P205",
    severity=Severity.ERROR,
    title="A required key is missing.",
    why="Image Builder would refuse the template.",
    remedy="Add the key. `--set location=REGION` gives a resource without a deployment template its location.",
)
UNKNOWN_TYPE = Code(
    id="A2P206",
    severity=Severity.ERROR,
    title="The type of a resource, source, step, validator or output is unknown.",
    why="The type decides what the object does.",
    remedy="Use one of the types that the finding names.",
)
NOT_ALLOWED = Code(
    id="A2P207",
    severity=Severity.ERROR,
    title="A value is not allowed.",
    why="Image Builder would refuse the template.",
    remedy="Use one of the values that the finding names.",
)
OUT_OF_RANGE = Code(
    id="A2P208",
    severity=Severity.ERROR,
    title="A number is out of range.",
    why="Image Builder would refuse the template.",
    remedy="Use a number in the range that the finding names.",
)
BAD_FORM = Code(
    id="A2P209",
    severity=Severity.ERROR,
    title="A string has the wrong format.",
    why="Image Builder would refuse the template.",
    remedy="Use the format that the finding names.",
)
NEWER_THAN_VERSION = Code(
    id="A2P210",
    severity=Severity.NOTE,
    title="A key or type is newer than the template's API version.",
    why="The published schema of that version does not have it, but the service often accepts it, so it is converted.",
    remedy="Raise the apiVersion if you keep the template.",
)
NO_LONGER = Code(
    id="A2P211",
    severity=Severity.NOTE,
    title="A key or type was removed from the service before the template's API version.",
    why="The service refuses it with that API version. The meaning is certain, so it is converted.",
    remedy="If you keep the template, use the replacement that the finding names.",
)
NOT_READ = Code(
    id="A2P212",
    severity=Severity.WARNING,
    title="A key was not converted.",
    why="It has no meaning together with the other keys of its object.",
    remedy="Remove the key, or the keys that exclude it.",
)
UNKNOWN_API_VERSION = Code(
    id="A2P213",
    severity=Severity.WARNING,
    title="Image Builder has no such API version.",
    why="The API version decides which keys exist and how strict the service is. The template is read like one of the "
    "newest version, but leniently.",
    remedy="Correct the apiVersion. If it is a new one, report it.",
)
