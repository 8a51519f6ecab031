"""Codes 4xx: steps and the files that they name."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

NO_SCRIPT = Code(
    id="A2P401",
    severity=Severity.ERROR,
    title="A step has neither inline lines nor a scriptUri.",
    why="Image Builder requires exactly one of the two.",
    remedy="Add one, or remove the step.",
)
TWO_SCRIPTS = Code(
    id="A2P402",
    severity=Severity.ERROR,
    title="A step has both inline lines and a scriptUri.",
    why="Image Builder requires exactly one of the two.",
    remedy="Split the step in two, or remove one of the keys.",
)
WRONG_OS = Code(
    id="A2P403",
    severity=Severity.ERROR,
    title="A step is for another operating system than the image.",
    why="Shell steps run on Linux; PowerShell, WindowsRestart and WindowsUpdate steps run on Windows.",
    remedy="Remove the step, correct the source image, or set the operating system with --os.",
)
BAD_CHECKSUM = Code(
    id="A2P404",
    severity=Severity.ERROR,
    title="A sha256Checksum is not 64 hexadecimal digits.",
    why="A SHA-256 checksum has 64 hexadecimal digits.",
    remedy="Write the output of `sha256sum FILE`.",
)
UPPER_CASE_CHECKSUM = Code(
    id="A2P405",
    severity=Severity.NOTE,
    title="A sha256Checksum has capital letters.",
    why="Image Builder requires lower case. The project compares in lower case.",
    remedy="Write it in lower case if you keep the template.",
)
DUPLICATE_NAME = Code(
    id="A2P406",
    severity=Severity.WARNING,
    title="Two steps have the same name.",
    why="Early versions of Image Builder and `az image builder customizer` refuse it, and the build log cannot "
    "distinguish the steps.",
    remedy="Rename one of them.",
)
BAD_DURATION = Code(
    id="A2P407",
    severity=Severity.ERROR,
    title="A duration is not a number with a unit.",
    why="Packer and Image Builder accept durations such as 5m, 90s or 1h30m.",
    remedy="Write a number with its unit: s, m or h.",
)
BRACES = Code(
    id="A2P408",
    severity=Severity.ERROR,
    title="Packer cannot use a string with {{ in this setting.",
    why="Packer renders this setting as a template more than once, so {{ cannot be escaped there.",
    remedy="Choose another string, for example another destination.",
)
NOT_NORMAL_FORM = Code(
    id="A2P409",
    severity=Severity.WARNING,
    title="HCL changes a string.",
    why="HCL normalizes strings to the Unicode form NFC (a letter and a separate accent become one letter) and has no "
    "NUL character.",
    remedy="Use composed letters, or check that the normalized string means the same.",
)
SYSTEM_WITHOUT_ELEVATED = Code(
    id="A2P410",
    severity=Severity.ERROR,
    title="runAsSystem is set without runElevated.",
    why="Image Builder requires runElevated: true with runAsSystem.",
    remedy="Add runElevated: true, or remove runAsSystem.",
)
ELEVATED_MAY_HANG = Code(
    id="A2P411",
    severity=Severity.NOTE,
    title="An elevated step that does not run as SYSTEM may hang on Windows 10 and 11.",
    why="Packer and Image Builder run the step as a scheduled task of the login user. On many client images that task "
    "never starts.",
    remedy="Add runAsSystem: true if the step hangs.",
)
NO_DESTINATION = Code(
    id="A2P412",
    severity=Severity.ERROR,
    title="A File step lacks its sourceUri or its destination.",
    why="Image Builder requires both.",
    remedy="Add what is missing. The destination includes the file name.",
)
BAD_ADDRESS = Code(
    id="A2P413",
    severity=Severity.ERROR,
    title="Not an http or https URL.",
    why="The file must be downloaded from a URL.",
    remedy="Write the whole URL, beginning with https://.",
)
SECRET_ADDRESS = Code(
    id="A2P414",
    severity=Severity.WARNING,
    title="A URL contains a secret.",
    why="Secrets and SAS tokens are not written into the project.",
    remedy="Set the environment variable that the finding names, or use a URL without a SAS token and sign in with `az login`.",
    example="`https://contosoimages.blob.core.windows.net/scripts/setup.sh?` and a token → `https://contosoimages.blob.core.windows.net/scripts/setup.sh?${SETUP_SH_SAS}`",
)
LIVE_ADDRESS = Code(
    id="A2P415",
    severity=Severity.WARNING,
    title="HCL has no equivalent of the expression for a URL.",
    why="Packer computes the URL for the fetch script, and cannot compute this one.",
    remedy="Set the environment variable that the finding names, or pass the values of the parameters with -p or --set.",
)
PLAIN_HTTP = Code(
    id="A2P416",
    severity=Severity.WARNING,
    title="A URL uses http.",
    why="Without encryption, anyone on the network path can change what runs in the image; a checksum detects it.",
    remedy="Use https, or add a sha256Checksum.",
)
BRACES_IN_VALUE = Code(
    id="A2P417",
    severity=Severity.WARNING,
    title="The value of a parameter contains {{.",
    why="Packer renders most settings as templates after it has filled in the variables, so {{ in the value of a "
    "variable cannot be escaped.",
    remedy="Choose another value, or write the string into the template, where it is escaped.",
)
SECRET_IN_TEXT = Code(
    id="A2P418",
    severity=Severity.WARNING,
    title="A text of the template contains a secret.",
    why="Only SAS tokens of scriptUri and sourceUri are left out of the project. Secrets in lines, tags, names and "
    "other URLs are written into it.",
    remedy="Use a secure parameter: it becomes a sensitive variable without a value.",
)
