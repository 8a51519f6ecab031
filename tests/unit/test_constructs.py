"""Each construct by itself: what one part of a template becomes, compared whole."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from saying import LINUX, SUBSCRIPTION, resource, say_for

from aib2packer.constructs.registry import find, lowering
from aib2packer.constructs.sources.asked import lower_asked_source
from aib2packer.constructs.steps.file import CopyFile
from aib2packer.constructs.steps.powershell import RunPowerShell
from aib2packer.constructs.steps.shell import RunShell
from aib2packer.constructs.steps.windows_restart import RestartWindows
from aib2packer.constructs.steps.windows_update import UpdateWindows
from aib2packer.diagnostics.codes import distribute as distribute_codes
from aib2packer.diagnostics.codes import download as download_codes
from aib2packer.diagnostics.codes import source as source_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Code, Fidelity
from aib2packer.hcl.nodes import Attribute, Block, Comment, Expression, Item, Listing, Token, boolean, number, raw, string
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Choices, Downloads, Os
from aib2packer.ir.outputs import DiskFileOutput, GalleryOutput, ManagedImageOutput, Numbering, Region
from aib2packer.ir.parts import Download, Part, Secret, Step
from aib2packer.ir.sources import AskedImage, ExistingImage, GalleryImage, MarketplaceImage, Plan, SharedGalleryImage
from aib2packer.ir.template import Checks, Machine
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Input, Kind, Literal, Role, Value, Variable
from aib2packer.lowering.lowered import Difference, Fetched, InVm, Lowered, Result, Script, Task, Wording, source_settings
from aib2packer.lowering.names import names_of
from aib2packer.lowering.plugins import Plugin
from aib2packer.lowering.run_lines import BuildOption, CountVersion
from aib2packer.lowering.say import Say
from aib2packer.lowering.words import az_words
from aib2packer.schema.keys import Group

STEP, SOURCE, OUTPUT = "properties.customize[0]", "properties.source", "properties.distribute[0]"
ELSEWHERE = "00000000-0000-0000-0000-000000000002"
WINDOWS = replace(LINUX, os=Os.WINDOWS)
YES = Literal(True)


def lowered(part: Part, say: Say) -> Lowered:
    """What the construct of the part makes of it, without the headings of settings that are there already, and its inputs."""
    made = lowering(part)(part, with_step(part, say))
    return replace(made, settings=tuple(dict.fromkeys(made.settings)), inputs=())


def with_step(part: Part, say: Say) -> Say:
    """What writes a template that has this step, too; the names are made for the whole of it."""
    if not isinstance(part, Step):
        return say
    template = replace(say.template, steps=(*say.template.steps, part))
    return replace(say, template=template, names=names_of(template, say.choices))


def found(say: Say) -> list[tuple[Code, str]]:
    """The findings, each with its path."""
    return [(each.code, each.path) for each in say.findings]


def setting(name: str, value: Expression | str, *origin: str) -> Attribute:
    """A setting; a text stands for itself in quotes."""
    return Attribute(name=name, value=string(value) if isinstance(value, str) else value, origin=origin)


def step(kind: str, *settings: Item) -> Block:
    """The provisioner of the one step."""
    return Block(kind="provisioner", labels=(kind,), body=settings, origin=(STEP,))


def lines(*texts: str) -> tuple[Item, Item]:
    """The settings of a shell step that runs these lines."""
    inline = Listing(tuple(string(text) for text in texts), spread=True)
    return setting("inline_shebang", "/bin/sh -e"), setting("inline", inline, f"{STEP}.inline")


def file_at(url: str, key: str) -> Download:
    """A file at an address that a key of the step names."""
    return Download(url=Literal(url), sha256=Literal("ab12"), signed=False, whole=Secret(Literal(url)), path=f"{STEP}.{key}")


def fetched(download: Download, file: str) -> Fetched:
    """What the fetch script does for a file that anybody may read."""
    return Fetched(
        path=download.path,
        file=file,
        url=known_text(download.url),
        sha256="ab12",
        secret=None,
        may_be_blob=False,
        is_plain_http=False,
    )


SCRIPT = file_at("https://example.com/a/setup.sh", "scriptUri")
MOTD = file_at("https://example.com/motd", "sourceUri")


# ---- steps


def test_shell_lines() -> None:
    part = RunShell(path=STEP, name=Literal("greet"), lines=(Literal('echo "hi"'), Literal("date")), script=None)
    name = setting("name", "greet", f"{STEP}.name")
    assert lowered(part, say_for()) == Lowered(steps=(step("shell", name, *lines('echo "hi"', "date")),))


def test_shell_lines_with_braces_are_a_file() -> None:
    part = RunShell(path=STEP, name=Literal("greet"), lines=(Literal("echo {{ x }}"),), script=None)
    script = setting("script", raw('"${path.root}/scripts/01-greet.sh"'), f"{STEP}.inline")
    assert lowered(part, say_for()) == Lowered(
        files=(Script(path="scripts/01-greet.sh", text="#!/bin/sh -e\necho {{ x }}\n"),),
        steps=(
            Comment(text="In a file because Packer would expand the braces in this step."),
            step("shell", setting("name", "greet", f"{STEP}.name"), script),
        ),
    )


def test_shell_lines_that_restart_the_vm_are_waited_for() -> None:
    say = say_for()
    first, comment, back, *_ = lowered(RunShell(path=STEP, name=None, lines=(Literal("sudo reboot"),), script=None), say).steps
    leaves = setting("expect_disconnect", boolean(True)), setting("skip_clean", boolean(True))
    assert first == step("shell", *leaves, *lines("sudo reboot"))
    assert comment == Comment(text="Wait for the VM: the step above restarts it.")
    assert isinstance(back, Block)
    assert back.body[:2] == (setting("pause_before", "30s"), setting("start_retry_timeout", "20m"))
    assert found(say) == [(template_codes.RESTARTS, STEP)]


def test_shell_script_is_fetched() -> None:
    part = RunShell(path=STEP, name=None, lines=None, script=SCRIPT)
    script = setting("script", raw('"${path.root}/scripts/setup.sh"'), SCRIPT.path)
    assert lowered(part, say_for()) == Lowered(steps=(step("shell", script),), downloads=(fetched(SCRIPT, "setup.sh"),))


def test_shell_script_of_two_steps_is_fetched_once() -> None:
    part = RunShell(path=STEP, name=None, lines=None, script=SCRIPT)
    other = replace(part, path="properties.customize[1]", script=replace(SCRIPT, path="properties.customize[1].scriptUri"))
    say = say_for(replace(LINUX, steps=(part, other)))
    again = lowered(other, say)
    assert ("scripts/setup.sh" in str(again.steps), again.downloads) == (True, ())
    assert lowered(part, say).downloads == (fetched(SCRIPT, "setup.sh"),)


def test_shell_script_is_downloaded_in_the_vm() -> None:
    say = say_for(choices=Choices(downloads=Downloads.VM))
    part = RunShell(path=STEP, name=Literal("set up"), lines=None, script=SCRIPT)
    script = setting("script", raw('"${path.root}/scripts/01-set-up.sh"'), SCRIPT.path)
    known = (("url", "https://example.com/a/setup.sh"), ("sha256", "ab12"))
    in_vm = InVm(path="scripts/01-set-up.sh", name="setup.sh", plain_http=False, known=known, asked=())
    downloads = "downloads it in the build VM, with the identity of the VM"
    assert lowered(part, say) == Lowered(
        steps=(step("shell", setting("name", "set up", f"{STEP}.name"), script),),
        in_vm=(in_vm,),
        notes=(
            Wording(path=SCRIPT.path, project=downloads, fidelity=Fidelity.APPROXIMATE),
            Wording(path=f"{STEP}.sha256Checksum", project="compares it in the build VM", fidelity=Fidelity.EQUIVALENT),
            Task("Check that the build VM can reach the URLs of the files that its steps download"),
        ),
    )


def powershell(*, elevated: Value | None = None, system: Value | None = None, codes: tuple[Value, ...] | None = None) -> Part:
    """A step that prints a word."""
    said = (Literal("Write-Output hi"),)
    return RunPowerShell(path=STEP, name=None, lines=said, script=None, elevated=elevated, as_system=system, exit_codes=codes)


@pytest.mark.parametrize(
    ("system", "user", "password"), [(YES, string("SYSTEM"), string("")), (None, raw("build.User"), raw("build.Password"))]
)
def test_powershell_elevated(system: Value | None, user: Expression, password: Expression) -> None:
    asked = setting("elevated_user", user, f"{STEP}.runElevated", f"{STEP}.runAsSystem")
    script = setting("script", raw('"${path.root}/scripts/01-step.ps1"'), f"{STEP}.inline")
    assert lowered(powershell(elevated=YES, system=system), say_for(WINDOWS)) == Lowered(
        steps=(step("powershell", asked, setting("elevated_password", password), script),),
        files=(Script(path="scripts/01-step.ps1", text="Write-Output hi\n"),),
    )


def test_powershell_that_may_be_elevated() -> None:
    say = say_for(replace(WINDOWS, inputs=(Input(name="high", role=Role.PARAMETER, kind=Kind.FLAG, description=""),)))
    (block,) = lowered(powershell(elevated=Variable("high", Role.PARAMETER, Kind.FLAG), system=YES), say).steps
    assert isinstance(block, Block)
    asked = setting("elevated_user", raw('(var.high ? "SYSTEM" : "")'), f"{STEP}.runElevated", f"{STEP}.runAsSystem")
    assert block.body[:2] == (asked, setting("elevated_password", raw('(var.high ? "" : "")')))


def test_powershell_exit_codes() -> None:
    script = setting("script", raw('"${path.root}/scripts/01-step.ps1"'), f"{STEP}.inline")
    valid = setting("valid_exit_codes", Listing((number(0), number(3010))), f"{STEP}.validExitCodes")
    assert lowered(powershell(codes=(Literal(0), Literal(3010))), say_for(WINDOWS)) == Lowered(
        steps=(step("powershell", valid, script),),
        files=(Script(path="scripts/01-step.ps1", text="Write-Output hi\n"),),
    )


def test_file() -> None:
    part = CopyFile(path=STEP, name=None, file=MOTD, destination=Literal("/etc/motd"))
    source = setting("source", raw('"${path.root}/scripts/motd"'), MOTD.path)
    destination = setting("destination", "/etc/motd", f"{STEP}.destination")
    assert lowered(part, say_for()) == Lowered(steps=(step("file", source, destination),), downloads=(fetched(MOTD, "motd"),))


def test_large_file_on_windows_is_warned_of() -> None:
    say = say_for(WINDOWS)
    tool = file_at("https://example.com/tool.msi", "sourceUri")
    lowered(CopyFile(path=STEP, name=None, file=tool, destination=Literal("C:\\tool.msi")), say)
    assert found(say) == [(download_codes.UPLOADED_BY_WINRM, tool.path)]


def test_windows_restart() -> None:
    part = RestartWindows(path=STEP, name=None, command=None, check=Literal("hostname"), timeout=Literal("9m"))
    check = setting("restart_check_command", "hostname", f"{STEP}.restartCheckCommand")
    timeout = setting("restart_timeout", "9m", f"{STEP}.restartTimeout")
    assert lowered(part, say_for(WINDOWS)) == Lowered(steps=(step("windows-restart", check, timeout),))


def test_windows_update() -> None:
    filters = (Literal("exclude:$_.Title -like '*Preview*'"), Literal("include:$true"))
    part = UpdateWindows(path=STEP, name=None, criteria=Literal("IsInstalled=0"), filters=filters, limit=Literal(20))
    criteria = setting("search_criteria", "IsInstalled=0", f"{STEP}.searchCriteria")
    listed = Listing((string("exclude:$_.Title -like '*Preview*'"), string("include:$true")))
    settings = criteria, setting("filters", listed, f"{STEP}.filters"), setting("update_limit", number(20), f"{STEP}.updateLimit")
    plugin = Plugin("windows-update", "github.com/rgl/windows-update", "~> 0.17")
    assert lowered(part, say_for(WINDOWS)) == Lowered(steps=(step("windows-update", *settings),), plugins=(plugin,))


# ---- sources


def test_platform_image_with_plan() -> None:
    plan = Plan(name=Literal("cis"), product=Literal("cis-ubuntu"), publisher=Literal("center"))
    part = MarketplaceImage(path=SOURCE, publisher=Literal("a"), offer=Literal("b"), sku=Literal("c"), version=None, plan=plan)
    at = f"{SOURCE}.planInfo"
    body = (
        setting("plan_name", "cis", f"{at}.planName"),
        setting("plan_product", "cis-ubuntu", f"{at}.planProduct"),
        setting("plan_publisher", "center", f"{at}.planPublisher"),
    )
    assert lowered(part, say_for()) == source_settings(
        "source",
        setting("image_publisher", "a", f"{SOURCE}.publisher"),
        setting("image_offer", "b", f"{SOURCE}.offer"),
        setting("image_sku", "c", f"{SOURCE}.sku"),
        setting("image_version", "latest", f"{SOURCE}.version"),
    ) + source_settings("plan", Block(kind="plan_info", body=body, origin=(at,)))


@pytest.mark.parametrize(
    ("subscription", "findings"),
    [(SUBSCRIPTION, []), (ELSEWHERE, [(source_codes.SOURCE_ELSEWHERE, f"{SOURCE}.imageId")])],
    ids=["here", "elsewhere"],
)
def test_managed_image(subscription: str, findings: list[tuple[Code, str]]) -> None:
    say, path = say_for(), f"{SOURCE}.imageId"
    part = ExistingImage(path=SOURCE, image=resource("golden", kind="images", subscription=subscription))
    name = setting("custom_managed_image_name", "golden", path)
    group = setting("custom_managed_image_resource_group_name", "rg", path)
    assert lowered(part, say) == source_settings("source", name, group)
    assert found(say) == findings


@pytest.mark.parametrize("version", ["1.2.3", None])
def test_shared_image_version(version: str | None) -> None:
    definition = resource("gallery", "base", kind="galleries/images")
    part = GalleryImage(path=SOURCE, definition=definition, version=Literal(version) if version else None)
    names = {"subscription": SUBSCRIPTION, "resource_group": "rg", "gallery_name": "gallery", "image_name": "base"}
    body = [setting(name, text) for name, text in {**names, **({"image_version": version} if version else {})}.items()]
    block = Block(kind="shared_image_gallery", body=tuple(body), origin=(f"{SOURCE}.imageVersionId",))
    assert lowered(part, say_for()) == source_settings("source", block)


@pytest.mark.parametrize(("community", "name"), [(True, "community_gallery_image_id"), (False, "direct_shared_gallery_image_id")])
def test_shared_image_version_of_others(community: bool, name: str) -> None:
    part = SharedGalleryImage(path=SOURCE, id=Literal("/Galleries/g/Images/i/Versions/latest"), community=community)
    body = (setting(name, "/Galleries/g/Images/i"),)
    block = Block(kind="shared_image_gallery", body=body, origin=(f"{SOURCE}.imageVersionId",))
    assert lowered(part, say_for()) == source_settings("source", block)


def test_source_that_is_asked_for() -> None:
    names = ("image_publisher", "image_offer", "image_sku", "image_version")
    settings = [setting(name, raw(f"var.source_{name}"), SOURCE) for name in names]
    made = lower_asked_source(AskedImage(path=SOURCE), say_for())
    assert replace(made, inputs=()) == source_settings("source", *settings)
    assert [each.name for each in made.inputs] == [f"source_{name}" for name in names]


def test_iso_is_read_as_nothing() -> None:
    iso = find(Group.SOURCE, "ISO")
    assert iso is not None
    assert (iso.reads, iso.fidelity) == ((), Fidelity.REFUSED)


# ---- outputs


IMAGE_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/golden"
DEFINITION_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/galleries/gallery/images/base"


def made(value: Token, version: Token | None = None) -> tuple[Result]:
    """What the output is in the manifest."""
    return (Result(path=OUTPUT, key=HclText("golden"), value=value, version=version),)


def image(location: Value) -> Part:
    """A managed image in a region."""
    return ManagedImageOutput(path=OUTPUT, name=Literal("golden"), image=resource("golden", kind="images"), location=location)


IMAGE_SETTINGS = source_settings(
    "distribute: golden",
    setting("managed_image_name", "golden", f"{OUTPUT}.imageId"),
    setting("managed_image_resource_group_name", "rg", f"{OUTPUT}.imageId"),
)


OVERWRITES = BuildOption(words=("-force",), why="Image Builder overwrites the managed image, too", exact=f"{OUTPUT}.imageId")


def test_managed_image_output_is_overwritten_by_the_run() -> None:
    assert lowered(image(Literal("westeurope")), say_for()) == IMAGE_SETTINGS + Lowered(
        results=made(string(IMAGE_ID)), build_options=(OVERWRITES,)
    )


def test_managed_image_output_in_a_region_that_is_asked_for() -> None:
    say = say_for()
    assert lowered(image(Variable("where", Role.PARAMETER, Kind.TEXT)), say) == IMAGE_SETTINGS + Lowered(
        results=made(string(IMAGE_ID)),
        build_options=(OVERWRITES,),
        notes=(
            Difference(
                path=OUTPUT,
                service="copies the image to its region",
                project="captures it where it builds: `location` (parameter `where`) must be that of the build (`westeurope`)",
                fidelity=Fidelity.APPROXIMATE,
            ),
        ),
    )
    assert found(say) == [(distribute_codes.PLACE_ASSUMED, OUTPUT)]


LATEST = GalleryOutput(
    path=OUTPUT,
    name=Literal("golden"),
    definition=resource("gallery", "base", kind="galleries/images"),
    made=None,
    numbering=Numbering.LATEST,
    version=None,
    major=None,
    regions=(),
    storage=None,
    exclude_from_latest=None,
    shallow=False,
)
CHECKS = "properties.validate"
QUERY = ("--query", "[].name", "--output", "tsv")
VERSION_MADE = made(raw(f'"{DEFINITION_ID}/versions/${{var.image_version}}"'), raw("var.image_version"))


def published(*settings: Item, beside: Item | None = None) -> Lowered:
    """The settings of a gallery version whose number is a variable."""
    version = setting("image_version", raw("var.image_version"), f"{OUTPUT}.versioning", f"{OUTPUT}.versioning.scheme")
    names = {"subscription": SUBSCRIPTION, "resource_group": "rg", "gallery_name": "gallery", "image_name": "base"}
    body = (*(setting(name, text) for name, text in names.items()), version, *settings)
    origin = (OUTPUT, f"{OUTPUT}.galleryImageId")
    block = Block(kind="shared_image_gallery_destination", body=body, origin=origin)
    return source_settings("distribute: golden", block, beside)


def test_shared_image_output_numbered_latest_is_found_by_the_run() -> None:
    ours = "finds it with az in `run.sh`; `packer build .` alone needs `image_version`"
    takes = "takes the next one after the highest"
    differs = Difference(path=f"{OUTPUT}.versioning", service=takes, project=ours, fidelity=Fidelity.EQUIVALENT)
    options = ("--subscription", SUBSCRIPTION, "--resource-group", "rg", "--gallery-name", "gallery")
    found = CountVersion(
        az_words("sig", "image-version", "list", *options, "--gallery-image-definition", "base", *QUERY), major=""
    )
    assert lowered(LATEST, say_for()) == published() + Lowered(
        results=VERSION_MADE, found_by_run=("image_version",), run=(("version", found),), notes=(differs,)
    )


@pytest.mark.parametrize(
    ("checks", "excluded", "waits"),
    [
        (Checks(path=CHECKS, steps=()), None, True),
        (Checks(path=CHECKS, steps=()), YES, False),
        (Checks(path=CHECKS, steps=(), distribute_anyway=True), None, False),
        (Checks(path=CHECKS, steps=(), source_only=True), None, False),
        (None, None, False),
    ],
)
def test_shared_image_output_is_the_latest_when_its_validators_have_passed(
    checks: Checks | None, excluded: Value | None, waits: bool
) -> None:
    part = lowered(replace(LATEST, exclude_from_latest=excluded), say_for(replace(LINUX, checks=checks)))
    assert ("release" in dict(part.run)) == waits
    assert part.build_options == ((BuildOption(words=("-var", "unvalidated=true")),) if waits else ())


def test_shared_image_output_with_a_version_and_regions() -> None:
    there = f"{OUTPUT}.targetRegions[0]"
    region = Region(name=Literal("westeurope"), path=there, replicas=Literal(2))
    part = replace(LATEST, numbering=Numbering.FIXED, version=Literal("1.2.3"), regions=(region,), exclude_from_latest=YES)
    block = Block(
        kind="target_region",
        body=(setting("name", "westeurope", f"{there}.name"), setting("replicas", number(2), f"{there}.replicaCount")),
        origin=(there, f"{OUTPUT}.targetRegions", f"{OUTPUT}.replicationRegions"),
    )
    excluded = setting("shared_gallery_image_version_exclude_from_latest", boolean(True), f"{OUTPUT}.excludeFromLatest")
    again = Task("Before each further build, set `image_version` to a new version: Packer stops if the version exists")
    assert lowered(part, say_for()) == published(block, beside=excluded) + Lowered(results=VERSION_MADE, notes=(again,))


def test_vhd_with_uri() -> None:
    uri, path = "https://account.blob.core.windows.net/disks/weekly/golden.vhd", f"{OUTPUT}.uri"
    assert lowered(DiskFileOutput(path=OUTPUT, name=Literal("golden"), uri=Literal(uri)), say_for()) == source_settings(
        "distribute: golden",
        setting("storage_account", "account", path),
        setting("resource_group_name", raw("var.vhd_storage_resource_group")),
        setting("capture_container_name", "disks", path),
        setting("capture_name_prefix", "weekly/", path),
        setting("temp_os_disk_name", "golden", path),
    ) + Lowered(results=made(string(uri)))


def anywhere(tags: tuple[tuple[Value, Value], ...] = ()) -> Part:
    """A VHD in an account of the service's choice."""
    return DiskFileOutput(path=OUTPUT, name=Literal("golden"), uri=None, tags=tags)


def test_vhd_without_uri() -> None:
    variables = {
        "storage_account": raw("var.vhd_storage_account"),
        "resource_group_name": raw("var.vhd_storage_resource_group"),
        "capture_container_name": raw("var.vhd_container"),
        "capture_name_prefix": string("golden-"),
    }
    theirs = "writes the VHD to a storage account in its staging resource group"
    ours = "writes it to your storage account; Packer prints the URL as `OSDiskUri`"
    settings = [setting(name, value, OUTPUT) for name, value in variables.items()]
    assert lowered(anywhere(), say_for()) == source_settings("distribute: golden", *settings) + Lowered(
        notes=(Difference(path=OUTPUT, service=theirs, project=ours, fidelity=Fidelity.EQUIVALENT),)
    )


@pytest.mark.parametrize(
    ("part", "names"),
    [
        (anywhere(), ["vhd_storage_account", "vhd_container", "vhd_storage_resource_group"]),
        (LATEST, ["image_version"]),
    ],
)
def test_inputs_of_our_own_come_with_what_mentions_them(part: Part, names: list[str]) -> None:
    assert [each.name for each in lowering(part)(part, say_for()).inputs] == names


def test_vhd_with_tags_and_data_disks_says_what_differs() -> None:
    say = say_for(replace(LINUX, machine=Machine(data_disks_gb=(Literal(8),))))
    notes = lowered(anywhere(((Literal("team"), Literal("images")),)), say).notes
    said = [(each.path, each.fidelity) for each in notes if isinstance(each, Difference)]
    tags = f"{OUTPUT}.artifactTags"
    assert said == [(OUTPUT, Fidelity.APPROXIMATE), (tags, Fidelity.MANUAL), (OUTPUT, Fidelity.EQUIVALENT)]
    assert found(say) == [(distribute_codes.BLOB_TAG_LEFT, tags)]
