"""Steps that download by themselves in the build VM (``--downloads vm``; packer-mapping 5 b).

The VM has a network and identities of its own. What is known is written into the step's script; the rest comes from the environment,
which Packer fills: live addresses, and shared access signatures from sensitive variables.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from aib2packer.constructs.downloads import checksum_path_of, file_name
from aib2packer.constructs.project import Builder, InVm, Project, Wording, joined, known_text, label, text_setting
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics import download_codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.names import legal_name, snake_case, take_free
from aib2packer.hcl.nodes import Attribute, Listing, Token, boolean, raw
from aib2packer.hcl.text import HclText
from aib2packer.ir.clouds import CLOUDS
from aib2packer.ir.template import Download, Os, Step
from aib2packer.ir.values import Call, Input, Joined, Kind, Literal, Role, Value

BLOB_SUFFIXES = (
    *(f"blob.{cloud.storage}" for cloud in CLOUDS),
    "blob.core.cloudapi.de",
    "blob.storage.azure.net",
)
"""Where blobs of Azure Storage are, in each of Azure's clouds; a token is sent nowhere else."""
_ADDRESS = Wording(
    packer="downloaded by the step itself, in the build VM",
    project="The build VM downloads it when the step runs, by its own network and with its own identity.",
    fidelity=Fidelity.APPROXIMATE,
)
_CHECKSUM = Wording(
    packer="checked in the build VM",
    project="The step compares it in the build VM, and stops the build where it differs.",
    fidelity=Fidelity.EQUIVALENT,
)
_HIDDEN = (
    Attribute(name="use_env_var_file", value=boolean(True), remark="not on a command line, which every user of the VM can read"),
    text_setting("execute_command", "chmod +x {{ .Path }}; . {{ .EnvVarFile }} && rm -f {{ .EnvVarFile }} && {{ .Path }}"),
)
"""How a shell step takes a secret from Packer; a PowerShell step always reads its environment from a file."""


def is_blob_host(host: str) -> bool:
    """Whether a host is one of Azure's blob endpoints.

    >>> is_blob_host("contoso.blob.core.windows.net"), is_blob_host("blob.core.windows.net.example.com")
    (True, False)
    """
    return any(host.lower().endswith(f".{suffix}") for suffix in BLOB_SUFFIXES)


def run_in_vm(step: Step, download: Download, project: Project, fallback: str, failure: int = 1) -> tuple[Attribute, ...]:
    """The settings of a step that downloads a script and runs it; ``failure`` is the exit code where it cannot be downloaded."""
    return _settings(step, download, None, project, fallback, failure)


def put_in_vm(step: Step, download: Download, destination: Value, project: Project) -> tuple[Attribute, ...]:
    """The settings of a step that downloads a file and puts it at its destination."""
    return _settings(step, download, destination, project, "file", 1)


def _settings(
    step: Step, download: Download, destination: Value | None, project: Project, fallback: str, failure: int
) -> tuple[Attribute, ...]:
    windows = project.template.os is Os.WINDOWS
    name = file_name(download.url, fallback)
    is_hidden = project.holds_signature(download.url)
    url = _hidden_address(name, download, project) if is_hidden else download.url
    values = _values(download, url, destination, project)
    known = tuple((key, text) for key, value in values.items() if (text := known_text(value)) is not None)
    live = {key: value for key, value in values.items() if known_text(value) is None}
    asked = [project.never_braces(joined(f"DOWNLOAD_{key.upper()}=", value), download.path) for key, value in live.items()]
    if download.signed:
        asked.append(raw(f'"DOWNLOAD_SIGNATURE=${{{_signature(name, download, project)}}}"'))
    script = InVm(
        path=project.script_path(step, ".ps1" if windows else ".sh"),
        name=name,
        plain_http=_start(download.url).lower().startswith("http:"),
        known=known,
        asked=(*live, *(("signature",) if download.signed else ())),
        failure=failure,
    )
    _say(download, project)
    origin = (download.path, *((f"{step.path}.destination",) if destination is not None else ()))
    path = Attribute(name="script", value=Token(project.download_in_vm(script)), origin=origin)
    variables = Attribute(name="environment_vars", value=Listing(tuple(asked), spread=len(asked) > 1))
    has_secret = download.signed or is_hidden or any(project.holds_secret(value) for value in live.values())
    return (*((variables,) if asked else ()), *(_HIDDEN if has_secret and not windows else ()), path)


def _values(download: Download, url: Value, destination: Value | None, project: Project) -> dict[str, Value]:
    """What the script works with, by the names of VM_VALUES; a signature comes from a variable of its own."""
    values: dict[str, Value] = {"address": url}
    if url is download.url and not download.signed and _may_be_blob(url):
        values |= _identity(download, project)
    if download.sha256 is not None:
        values["sha256"] = download.sha256
    if destination is not None:
        values["destination"] = destination
    return values


def _signature(name: str, download: Download, project: Project) -> HclText:
    """The variable for the signature; one for each address."""
    where = download.path.removeprefix("properties.")
    description = f"Shared access signature of {where}, for {name}: what stands behind the question mark of the address."
    reference = project.declare(_secret_input(f"{snake_case(name)}_sas", description, project))
    variable = reference.removeprefix("var.")
    message = (
        f"The address carries a shared access signature, which is not written into the project: give it to the build as {variable}, "
        f"for example in the environment variable PKR_VAR_{variable}."
    )
    project.find(codes.SECRET_ADDRESS, message, path=download.path)
    project.task(f"Give the shared access signature of `{where}` to each build, in the environment variable `PKR_VAR_{variable}`")
    return reference


def _hidden_address(name: str, download: Download, project: Project) -> Value:
    """The variable for an address that the template computes from one with a shared access signature."""
    where = download.path.removeprefix("properties.")
    description = f"Address of {where}, which the template computes, with its shared access signature."
    asked = _secret_input(f"{snake_case(name)}_address", description, project)
    variable = project.declare(asked).removeprefix("var.")
    message = (
        "The address is computed from a shared access signature, which is not written into the project: give it to the build as "
        f"{variable}, for example in the environment variable PKR_VAR_{variable}."
    )
    project.find(codes.SECRET_ADDRESS, message, path=download.path)
    project.task(f"Give the address of `{where}` to each build, in the environment variable `PKR_VAR_{variable}`")
    return asked.reference


def _secret_input(wish: str, description: str, project: Project) -> Input:
    """A secret text of its own, whatever other inputs there are."""
    taken = {each.name.lower() for each in project.inputs.values()}
    name = take_free(legal_name(wish), taken, lambda number: f"{legal_name(wish)}_{number}")
    return Input(name=name, role=Role.AZURE, kind=Kind.TEXT, description=description, secret=True)


def _identity(download: Download, project: Project) -> dict[str, Value]:
    """The first identity of the build VM, as it stands in an address; none where the VM has none."""
    identities = project.template.machine.identities
    if project.builder is Builder.MACHINE:
        return {}
    if identities == () and project.holds_secret(download.url):
        return {}  # a signature, by all appearances
    if identities == ():
        message = (
            "The build VM has no identity to read this blob with, as the template's own is Image Builder's: "
            "add one to vmProfile.userAssignedIdentities, unless the blob is public."
        )
        project.find(download_codes.NO_IDENTITY, message, place=download.url.place, path=download.path)
        return {}
    first = identities[0] if isinstance(identities, tuple) else Call("first", (identities,))
    known = known_text(first)
    shown = known.rpartition("/")[2] if known is not None else label(first)
    project.task(
        f"Give the identity `{shown}` of the build VM the role Storage Blob Data Reader on the blobs that the steps download"
    )
    return {"identity": Literal(quote(known, safe="")) if known is not None else Call("uriComponent", (first,))}


def _say(download: Download, project: Project) -> None:
    project.wordings[download.path] = _ADDRESS
    project.wordings[checksum_path_of(download)] = _CHECKSUM
    project.task("See to it that the build VM can reach the addresses of the files that its steps download")


def _may_be_blob(url: Value) -> bool:
    """Whether the file may be a blob of Azure Storage; live addresses are looked at again in the VM."""
    host = re.match(r"https://([^/?#]+)[/?#]", _start(url))
    return is_blob_host(urlsplit(host.group()).hostname or "") if host else not isinstance(url, Literal)


def _start(url: Value) -> str:
    """What is known of the beginning of an address."""
    first = url.parts[0] if isinstance(url, Joined) else url
    return known_text(first) or ""
