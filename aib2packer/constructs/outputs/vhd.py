"""VHD: a blob, in an account of the template's choice or of the service's.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#distribute-vhd
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aib2packer.constructs.output_keys import output_keys
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.nodes import Attribute, raw
from aib2packer.ir.defaults import VHD_CONTAINER
from aib2packer.ir.outputs import DiskFileOutput
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Access, Call, Input, Joined, Kind, Literal, ObjectOf, Role, Value, joined
from aib2packer.lowering.lowered import NOTHING, Lowered, differs, source_settings, together
from aib2packer.lowering.pieces import result, setting
from aib2packer.lowering.requirements import Command, IdOf, NeededRole, Prerequisite, Requirement
from aib2packer.lowering.say import Say
from aib2packer.lowering.targets import Helper, Target, Word
from aib2packer.lowering.words import Words
from aib2packer.passes.inputs import now
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, text
from aib2packer.schema.resource_ids import segments_of

_SHAPE = Shape(
    name="VHD output",
    keys=(
        type_key("VHD"),
        *output_keys(),
        exact(
            "uri",
            text(),
            "`storage_account`, `capture_container_name`, `capture_name_prefix`, `temp_os_disk_name`",
            since="2022-07-01",
        ),
    ),
)
_CONTAINER = r"[a-z0-9](?:-?[a-z0-9]){2,62}\Z"
_DISK_NAME = r"(?a)[\w](?:[\w.-]{0,78}[\w])?\Z"
_DATA_DISKS = (
    "writes a VHD of the OS disk; data disks are undocumented",
    "also writes a VHD of each data disk (`pkrdd...-1.vhd`), not in manifest.json",
)


def _read(fields: Fields) -> DiskFileOutput | None:
    name = fields.text("runOutputName")
    tags = fields.pairs("artifactTags")
    uri = fields.address("uri")
    is_live = uri is not None and segments_of(uri) is None
    parts = fields.reading.resolver.define("vhd", Call("split", (uri, Literal("/")))) if uri is not None and is_live else None
    if uri is not None and _taken_apart(uri, parts) is None:
        message = (
            "`uri` must be https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd: a container of 3 to 63 "
            "lower-case letters, digits and hyphens, a name of up to 80 letters, digits, dots, hyphens and underscores."
        )
        fields.report_at("uri", codes.BAD_BLOB, message)
        return None
    if name is None:
        return None
    return DiskFileOutput(path=fields.path, place=fields.place, name=name, tags=tags, uri=uri, parts=parts)


def _taken_apart(uri: Value, live: Value | None) -> tuple[Value, Value, Value, Value] | None:
    """Account, container, folder (with its slash) and name without .vhd; None where it is not such a blob."""
    segments = segments_of(uri)
    if segments is None:
        return _from_live(uri, live) if live is not None else None
    if len(segments) < 5 or known_text(segments[0]) != "https:" or known_text(segments[1]) != "":
        return None
    host, container, *folders, blob = segments[2:]
    account = _before_dot(host)
    name = _without_vhd(blob)
    if account is None or name is None:
        return None
    known = known_text(container), known_text(name)
    if (known[0] is not None and not re.match(_CONTAINER, known[0])) or (
        known[1] is not None and not re.match(_DISK_NAME, known[1])
    ):
        return None
    return account, container, joined(*(part for folder in folders for part in (folder, "/"))), name


def _from_live(uri: Value, parts: Value) -> tuple[Value, Value, Value, Value]:
    blob = Call("last", (Call("split", (uri, Literal("/"))),))
    account = Access(Call("split", (Access(parts, Literal(2)), Literal("."))), Literal(0))
    in_container = Call("join", (Call("skip", (parts, Literal(4))), Literal("/")))
    folder = Call("replace", (in_container, blob, Literal("")))
    return account, Access(parts, Literal(3)), folder, Call("replace", (blob, Literal(".vhd"), Literal("")))


def _before_dot(host: Value) -> Value | None:
    parts = host.parts if isinstance(host, Joined) else (host,)
    before: list[Value] = []
    for part in parts:
        known = known_text(part)
        if known is None:
            before.append(part)
            continue
        head, dot, rest = known.partition(".")
        before.append(Literal(head))
        if dot:
            return joined(*before) if rest.lower().startswith("blob.") else None
    return None


def _without_vhd(blob: Value) -> Value | None:
    parts = blob.parts if isinstance(blob, Joined) else (blob,)
    last = known_text(parts[-1])
    if last is None or not last.endswith(".vhd"):
        return None
    return joined(*parts[:-1], last[:-4])


def _lower(part: DiskFileOutput, say: Say) -> Lowered:
    has_data_disks = bool(say.template.machine.data_disks_gb)
    return together(
        differs(part.path, *_DATA_DISKS, Fidelity.APPROXIMATE) if has_data_disks else NOTHING,
        _tags_left(part, say) if part.tags != () else NOTHING,
        _lower_anywhere(part, say) if part.uri is None else _lower_at(part, part.uri, say),
    )


def _lower_at(part: DiskFileOutput, uri: Value, say: Say) -> Lowered:
    """The VHD at the URL that the template names."""
    section, path = f"distribute: {say.shown(part.name)}", f"{part.path}.uri"
    group = _storage_group(part, say)
    taken = _taken_apart(uri, part.parts)
    assert taken is not None
    account, container, folder, name = taken
    return together(
        setting(section, "storage_account", account, path, say),
        source_settings(section, Attribute(name="resource_group_name", value=raw(say.reference(group)))),
        Lowered(inputs=(group,)),
        setting(section, "capture_container_name", container, path, say),
        setting(section, "capture_name_prefix", None if folder == Literal("") else folder, path, say),
        setting(section, "temp_os_disk_name", name, path, say),
        result(part.name, say.never_braces(uri, path), part.path, say),
    )


def _tags_left(part: DiskFileOutput, say: Say) -> Lowered:
    """Packer tags the resources of the build, but not the blob that it copies a disk to."""
    path = f"{part.path}.artifactTags"
    message = (
        f"Packer sets no tags on the blob of `{say.shown(part.name)}`. Set them as metadata after the build: "
        "`az storage blob metadata update`."
    )
    say.findings.add(codes.BLOB_TAG_LEFT, message, place=part.place, path=path, severity=Severity.NOTE)
    ours = "sets no tags on the blob; set its metadata after the build"
    return differs(path, "tags this output only", ours, Fidelity.MANUAL)


def _lower_anywhere(part: DiskFileOutput, say: Say) -> Lowered:
    """Packer names the blob after the prefix and the VM's disk, so that each build has its own; the manifest tells its name."""
    account, container, group = inputs = (*_anywhere(part, say), _storage_group(part, say))
    prefix = say.rendered(joined(part.name, "-"), f"{part.path}.runOutputName")
    values = {
        "storage_account": raw(say.reference(account)),
        "resource_group_name": raw(say.reference(group)),
        "capture_container_name": raw(say.reference(container)),
        "capture_name_prefix": prefix,
    }
    section = f"distribute: {say.shown(part.name)}"
    attributes = (Attribute(name=name, value=value, origin=(part.path,)) for name, value in values.items())
    service = "writes the VHD to a storage account in its staging resource group"
    ours = "writes it to your storage account; Packer prints the URL as `OSDiskUri`"
    return together(
        source_settings(section, *attributes),
        Lowered(inputs=inputs),
        differs(part.path, service, ours, Fidelity.EQUIVALENT),
    )


def _anywhere(part: DiskFileOutput, say: Say) -> tuple[Input, Input]:
    """Account and container where the template leaves them to the service."""
    account = Input(
        name="vhd_storage_account",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"Storage account for the VHD of the output {say.shown(part.name)}; Image Builder created one in its staging "
        "resource group.",
    )
    container = Input(
        name="vhd_container",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description="Container in that storage account; it must exist.",
        default=Literal(VHD_CONTAINER),
    )
    return account, container


def _account_of(part: DiskFileOutput) -> str:
    """The name of the storage account with a space before it, where the template names it."""
    taken = _taken_apart(part.uri, part.parts) if part.uri is not None else None
    name = known_text(taken[0]) if taken is not None else None
    return f" {name}" if name is not None else ""


def _storage_group(part: DiskFileOutput, say: Say) -> Input:
    """The resource group of the storage account."""
    return Input(
        name="vhd_storage_resource_group",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"Resource group of the storage account{_account_of(part)} (output {say.shown(part.name)}).",
    )


def _publish(output: DiskFileOutput, say: Say, words: Words) -> Lowered:
    """A copy of the VHD that Packer writes."""
    made = say.plan.one(DiskFileOutput)
    assert made is not None
    names = ("--source-account-name", "--source-container", "--source-blob")
    source = zip(names, _blob(made, words, say), strict=True)
    assert say.template.subscription is not None
    source_blob = (
        *(("--subscription",), words.word(say.template.subscription, "subscription")),
        *(word for name, at in source for word in ((name,), at)),
    )
    difference = differs(
        output.path,
        "makes this VHD from the build VM",
        f"copies it from the VHD `{label(made.name)}` by `distribute.sh`",
        Fidelity.EQUIVALENT,
    )
    target = Target(
        name=words.name_of(output),
        helper=Helper.COPY_BLOB,
        arguments=_blob(output, words, say),
        options=_metadata(output, words, say),
        source_blob=source_blob,
    )
    return difference + Lowered(targets=(target,), inputs=_anywhere(output, say) if output.uri is None else ())


def _blob(output: DiskFileOutput, words: Words, say: Say) -> tuple[Word, ...]:
    """Account, container and blob."""
    path = f"{output.path}.uri"
    if output.uri is None:
        account, container = _place(output, say)
        return words.word(account, path), words.word(container, path), (*words.word(output.name, path), ".vhd")
    taken = _taken_apart(output.uri, output.parts)
    assert taken is not None
    account, container, folder, blob = taken
    return (
        words.word(account, path),
        words.word(container, path),
        (*words.word(folder, path), *words.word(blob, path), ".vhd"),
    )


def _place(output: DiskFileOutput, say: Say) -> tuple[Value, Value]:
    """Storage account and container: those that the template names, else the variables for them."""
    taken = _taken_apart(output.uri, output.parts) if output.uri is not None else None
    if taken is not None:
        return taken[0], taken[1]
    account, container = _anywhere(output, say)
    return account.reference, container.reference


_METADATA_NAME = r"(?a)[A-Za-z_]\w*\Z"


def _metadata(output: DiskFileOutput, words: Words, say: Say) -> tuple[Word, ...]:
    """The tags as metadata of the blob, which has no tags as other resources have. Azure takes only identifiers as names."""
    path = f"{output.path}.artifactTags"
    if not isinstance(output.tags, tuple):
        _check_names(output.tags, output, say)
        return words.tags(output.tags, path, "--metadata")
    fitting = tuple((key, value) for key, value in output.tags if re.match(_METADATA_NAME, known_text(key) or "live"))
    if len(fitting) < len(output.tags):
        left = ", ".join(
            known_text(key) or "" for key, _ in output.tags if not re.match(_METADATA_NAME, known_text(key) or "live")
        )
        message = (
            "The tags of a VHD become metadata of its blob. Rename these, which Azure does not accept as names "
            f"of metadata: {left}."
        )
        say.findings.add(codes.BLOB_TAG_LEFT, message, place=output.place, path=path)
    return words.tags(fitting, path, "--metadata")


def _check_names(tags: Value, output: DiskFileOutput, say: Say) -> None:
    """The names of live tags, as far as the default of their parameter has them."""
    known = now(tags, say.template)
    entries = known.entries if isinstance(known, ObjectOf) else ()
    wrong = ", ".join(entry.name for entry in entries if entry.name is not None and not re.match(_METADATA_NAME, entry.name))
    if wrong:
        message = (
            "The tags of a VHD become metadata of its blob. Rename these, which Azure does not accept as names of "
            f"metadata: {wrong}."
        )
        say.findings.add(codes.BLOB_TAG_LEFT, message, place=output.place, path=f"{output.path}.artifactTags")


def _requires(part: DiskFileOutput, say: Say) -> Iterator[Requirement]:
    account, container = _place(part, say)
    words: Command = ("--auth-mode", "login", "--account-name", account, "-n", container)
    yield Prerequisite(
        what=("container ", container, " in the storage account ", account),
        look=("storage", "container", "exists", *words, "--query", "exists"),
        make=("storage", "container", "create", *words),
        answers=True,
    )
    # The template names the account, but not its group.
    assert say.template.subscription is not None
    show: Command = ("storage", "account", "show", "--subscription", say.template.subscription, "-n", account)
    yield NeededRole(
        name="Storage Blob Data Contributor",
        scope=IdOf(("the storage account ", account), show),
        also=("Storage Blob Data Owner",),
    )


CONSTRUCTS = (
    Construct(
        group=Group.OUTPUT,
        type_name="VHD",
        shape=_SHAPE,
        reads=(DiskFileOutput,),
        read=_read,
        lower=_lower,
        publish=_publish,
        requires=_requires,
        packer="`storage_account`, `capture_container_name`, `capture_name_prefix`",
        since="2019-02-01-preview",
    ),
)
