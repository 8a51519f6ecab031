"""Steps that download in the build VM (``--downloads vm``).

The VM has a network and identities of its own. What is known is written into the step's script; Packer hands over the rest in the
environment: expressions, and SAS tokens from sensitive variables.
"""

from __future__ import annotations

from urllib.parse import quote

from aib2packer.diagnostics.codes import customize as codes
from aib2packer.diagnostics.codes import download as download_codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.names import legal_name, snake_case
from aib2packer.hcl.nodes import Attribute, Listing, Token, boolean
from aib2packer.ir.choices import Os
from aib2packer.ir.contents import everything_in
from aib2packer.ir.parts import Download, Step
from aib2packer.ir.paths import short
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Call, Input, Joined, Kind, Literal, Role, Value, joined
from aib2packer.lowering.downloads import checksum_path_of, is_plain_http, may_be_blob
from aib2packer.lowering.file_names import file_name
from aib2packer.lowering.lowered import NOTHING, Builder, InVm, Lowered, path_in_project, task, text_setting, together, worded
from aib2packer.lowering.pieces import script_path
from aib2packer.lowering.say import Say
from aib2packer.passes.inputs import holds_secret, holds_signature

_HIDDEN = (
    Attribute(name="use_env_var_file", value=boolean(True), remark="not on a command line, which every user of the VM can read"),
    text_setting("execute_command", "chmod +x {{ .Path }}; . {{ .EnvVarFile }} && rm -f {{ .EnvVarFile }} && {{ .Path }}"),
)
"""How a shell step takes a secret from Packer; a PowerShell step always reads its environment from a file."""


def run_in_vm(step: Step, download: Download, say: Say, failure: int = 1) -> tuple[tuple[Attribute, ...], Lowered]:
    """The settings of a step that downloads a script and runs it; ``failure`` is the exit code where it cannot be downloaded."""
    return _settings(step, download, None, say, failure)


def put_in_vm(step: Step, download: Download, destination: Value, say: Say) -> tuple[tuple[Attribute, ...], Lowered]:
    """The settings of a step that downloads a file and puts it at its destination."""
    end = known_text(destination.parts[-1] if isinstance(destination, Joined) else destination) or ""
    whole = joined(destination, file_name(download)) if end.endswith(("/", "\\")) else destination
    return _settings(step, download, whole, say, 1)


def _settings(
    step: Step, download: Download, destination: Value | None, say: Say, failure: int
) -> tuple[tuple[Attribute, ...], Lowered]:
    windows = say.template.os is Os.WINDOWS
    url, is_hidden, secret = _url(download, say)
    identity, granted = (None, NOTHING) if is_hidden else _identity(download, say)
    values = {"url": url, **({"identity": identity} if identity is not None else {})}
    values |= {key: value for key, value in (("sha256", download.sha256), ("destination", destination)) if value is not None}
    live = {key: value for key, value in values.items() if known_text(value) is None}
    asked = [say.never_braces(joined(f"DOWNLOAD_{key.upper()}=", value), download.path) for key, value in live.items()]
    script = InVm(
        path=script_path(step, ".ps1" if windows else ".sh", say),
        name=file_name(download),
        plain_http=is_plain_http(download.url),
        known=tuple((key, text) for key, value in values.items() if (text := known_text(value)) is not None),
        asked=tuple(live),
        failure=failure,
    )
    lowered = together(
        secret,
        granted,
        Lowered(in_vm=(script,)),
        worded(download.path, "downloads it in the build VM, with the identity of the VM", Fidelity.APPROXIMATE),
        worded(checksum_path_of(download), "compares it in the build VM", Fidelity.EQUIVALENT),
        task("Check that the build VM can reach the URLs of the files that its steps download"),
    )
    origin = (download.path, *((f"{step.path}.destination",) if destination is not None else ()))
    path = Attribute(name="script", value=Token(path_in_project(script.path)), origin=origin)
    variables = Attribute(name="environment_vars", value=Listing(tuple(asked), spread=len(asked) > 1))
    has_secret = is_hidden or any(holds_secret(value, say.template) for value in live.values())
    return (*((variables,) if asked else ()), *(_HIDDEN if has_secret and not windows else ()), path), lowered


def _url(download: Download, say: Say) -> tuple[Value, bool, Lowered]:
    """The URL, and whether it takes a SAS token from a sensitive variable."""
    what = _asked_for(download, say)
    if what is None:
        return download.url, False, NOTHING
    value, lowered = _secret(what, download, say)
    return value if what == "URL" else joined(download.url, "?", value), True, lowered


def _asked_for(download: Download, say: Say) -> str | None:
    """What of a URL may not stand in the project: all of it where the template computes it from a SAS token, or that token."""
    if holds_signature(download.url, say.template):
        return "URL"
    return "SAS token" if download.signed else None


_ENDINGS = {"URL": "url", "SAS token": "sas"}


def _wish(download: Download, say: Say) -> str:
    what = _asked_for(download, say)
    return legal_name(f"{snake_case(file_name(download))}_{_ENDINGS[what]}") if what is not None else ""


def _name(download: Download, say: Say) -> str:
    """The name of the variable: with a number where steps before ask for the same."""
    wish = _wish(download, say)
    same = [each.path for each in everything_in(say.template.steps, Download) if _wish(each, say) == wish]
    number = same.index(download.path) + 1
    return wish if number == 1 else f"{wish}_{number}"


def _secret(what: str, download: Download, say: Say) -> tuple[Value, Lowered]:
    """A sensitive variable for a SAS token, or for a URL that the template computes from one."""
    where = short(download.path)
    asked = Input(
        name=_name(download, say),
        role=Role.AZURE,
        kind=Kind.TEXT,
        description=f"{what} of {where}{' (without the question mark)' if what == 'SAS token' else ''}.",
        secret=True,
    )
    variable = f"PKR_VAR_{say.names.variable(asked.reference)}"
    message = f"The {what} is not written into the project. Set the environment variable {variable} to it for each build."
    say.findings.add(codes.SECRET_ADDRESS, message, path=download.path)
    return asked.reference, Lowered(inputs=(asked,)) + task(f"Set `{variable}` to the {what} of `{where}` for each build")


def _identity(download: Download, say: Say) -> tuple[Value | None, Lowered]:
    """The first identity of the build VM, percent-encoded; none where the VM has none."""
    identities = say.template.machine.identities
    if say.builder is Builder.MACHINE or not may_be_blob(download.url):
        return None, NOTHING
    if identities == () and holds_secret(download.url, say.template):
        return None, NOTHING  # a signature, by all appearances
    if identities == ():
        message = (
            "The build VM has no identity to read this blob with, if it is private. Add one to vmProfile.userAssignedIdentities."
        )
        say.findings.add(download_codes.NO_IDENTITY, message, place=download.url.place, path=download.path)
        return None, NOTHING
    first = identities[0] if isinstance(identities, tuple) else Call("first", (identities,))
    known = known_text(first)
    shown = known.rpartition("/")[2] if known is not None else label(first)
    role = f"Give the identity `{shown}` of the build VM the role Storage Blob Data Reader on the blobs that the steps download"
    return Literal(quote(known, safe="")) if known is not None else Call("uriComponent", (first,)), task(role)
