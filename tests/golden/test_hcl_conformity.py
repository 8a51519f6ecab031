"""Every golden project is HCL as Packer wants it: in its form, in its settings and their types, and in what `validate` cannot see."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import hcl2
import pytest
from building.null_project import required_values
from building.real_packer import HAS_PLUGINS, as_fmt_leaves_it, needs_packer, packer, plugins
from for_all import check_all
from paths import GOLDEN

OPTIONS = json.loads((Path(__file__).parent / "packer_options.json").read_text())
HCL_FILES = sorted(path for pattern in ("*.pkr.hcl", "*.pkrvars.hcl") for path in GOLDEN.rglob(pattern))
COMMUNICATION = {
    "communicator": "winrm",
    "winrm_use_ssl": True,
    "winrm_insecure": True,
    "winrm_username": "packer",
}
RENDERED_IN_A_LOOP = {"inline", "source", "destination", "environment_vars", "custom_data"}
RENDERED_LATER = {"execute_command"}
PROTECTED_BRACES = "{{`{{`}}"
DURATION = re.compile(r"(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")


@dataclass(frozen=True, slots=True)
class Live:
    """An expression: only Packer can tell its value."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block as python-hcl2 reads it: its kind and labels, its settings, its blocks."""

    name: str
    settings: Mapping[str, object]
    blocks: tuple[Block, ...]

    def of(self, *names: str) -> Iterator[Block]:
        """The blocks in it, at any depth, whose kind and labels begin so."""
        for block in self.blocks:
            if block.name.startswith(names):
                yield block
            yield from block.of(*names)


@dataclass(frozen=True)
class Project:
    """A golden project: a folder with an image.pkr.hcl."""

    folder: Path

    @property
    def name(self) -> str:
        """Its place among the golden files."""
        return self.folder.relative_to(GOLDEN).as_posix()

    @cached_property
    def files(self) -> dict[str, str]:
        """The texts of its own files, without those of a project inside of it."""
        inner = self.folder / "validate"
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes().decode()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.is_relative_to(inner)
        }

    @cached_property
    def root(self) -> Block:
        """All its blocks, read back."""
        return Block(
            name="",
            settings={},
            blocks=tuple(block for name, text in self.files.items() if name.endswith(".pkr.hcl") for block in read(text).blocks),
        )

    @property
    def sources(self) -> list[Block]:
        """Its source blocks; one, unless an output has a VM of its own."""
        return list(self.root.of("source "))

    @property
    def azure_sources(self) -> list[Block]:
        """Those that build in Azure."""
        return [source for source in self.sources if source.name.startswith("source azure-arm ")]

    @property
    def downloads(self) -> set[str]:
        """The files that the fetch script makes; validators have none of their own."""
        start = "../" if self.folder.name == "validate" else ""
        script = self.folder / f"{start}scripts/fetch.sh"
        calls = re.findall(r"^fetch .*", script.read_text(), re.MULTILINE) if script.exists() else []
        return {f"{start}scripts/{shlex.split(call)[2]}" for call in calls}


PROJECTS = [Project(image.parent) for image in sorted(GOLDEN.rglob("image.pkr.hcl"))]


FEW, OTHERS = PROJECTS[::5], [project for number, project in enumerate(PROJECTS) if number % 5]


def each_project(rule: Callable[[Project], None]) -> Callable[[list[Project]], None]:
    """A rule as one test for every fifth project at once, and as one for the others by the judges: reading them takes seconds."""

    @pytest.mark.parametrize(
        "projects", [pytest.param(FEW, id="few"), pytest.param(OTHERS, id="others", marks=pytest.mark.judge)]
    )
    def holds_for_each(projects: list[Project]) -> None:
        check_all(rule, projects, lambda project: project.name)

    holds_for_each.__doc__ = rule.__doc__
    return holds_for_each


@cache
def read(text: str) -> Block:
    """A file, read by python-hcl2, which takes a literal ``${`` or ``%{`` only with its closing brace."""
    body = hcl2.loads(
        text.replace("$${", "$\ue000{").replace("%%{", "%\ue000{").replace("$\ue000{", "\ue001").replace("%\ue000{", "\ue002")
    )
    return _block("", body)


def _block(name: str, body: Mapping[str, object]) -> Block:
    settings: dict[str, object] = {}
    blocks: list[Block] = []
    for key, value in body.items():
        if isinstance(value, list) and value and all(isinstance(each, dict) and _is_block(each) for each in value):
            blocks += [_labelled(key, each) for each in value]
        elif not key.startswith("__"):
            settings[key] = _value(value)
    return Block(name=name, settings=settings, blocks=tuple(blocks))


def _is_block(value: Mapping[str, object]) -> bool:
    inner = list(value.values())
    return "__is_block__" in value or (len(inner) == 1 and isinstance(inner[0], dict) and _is_block(inner[0]))


def _labelled(kind: str, value: Mapping[str, object]) -> Block:
    """A block; a dynamic one is taken for what it makes."""
    words = [kind]
    while "__is_block__" not in value:
        ((label, inner),) = value.items()
        assert isinstance(inner, dict)
        value = inner
        words.append(label.strip('"'))
    block = _block(" ".join(words), value)
    if words[0] != "dynamic":
        return block
    (content,) = block.of("content")
    labels = block.settings.get("labels", [])
    assert isinstance(labels, list)
    return Block(name=" ".join([*words[1:], *labels]), settings=content.settings, blocks=content.blocks)


def _value(value: object) -> object:
    """A setting: a Python value, or an expression."""
    if isinstance(value, list):
        return [_value(each) for each in value]
    if isinstance(value, dict):
        return {_key(key): _value(each) for key, each in value.items() if not key.startswith("__")}
    if not isinstance(value, str):
        return value
    if value in ("null", "${null}"):
        return None
    return _text(value) if value.startswith('"') and "${" not in value and "%{" not in value else Live(value)


def _key(key: str) -> str:
    return _text(key) if key.startswith('"') and "${" not in key else key


def _text(quoted: str) -> str:
    """What a quoted text without expressions means."""
    escapes = {"n": "\n", "r": "\r", "t": "\t"}

    def meaning(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        return chr(int(code, 16)) if code else escapes.get(match.group(3), match.group(3))

    plain = re.sub(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))", meaning, quoted[1:-1])
    return plain.replace("\ue001", "${").replace("\ue002", "%{")


# ---- form


@needs_packer
def test_goldens_are_as_fmt_leaves_them(tmp_path: Path) -> None:
    """One call for all of them: Debian's Packer does not look into folders of folders."""
    for path in HCL_FILES:
        name = path.relative_to(GOLDEN).as_posix().replace("/", "__")
        (tmp_path / name).write_text(as_fmt_leaves_it(path.read_text()))
    done = packer("fmt", "-check", "-diff", ".", folder=tmp_path)
    assert done.exit == 0, done.output


def test_goldens_are_utf_8_with_one_line_end_at_the_end() -> None:
    texts = {path: path.read_bytes().decode() for path in HCL_FILES}
    wrong = re.compile(r"\A\ufeff|[\r\t]|[ \t]$|\n\n\n|\n\n\Z|[^\n]\Z", re.MULTILINE)
    assert [path for path, text in texts.items() if wrong.search(text)] == []


# ---- settings and their types


@pytest.mark.judge
@each_project
def test_every_setting_is_one_that_packer_knows_of_that_type(project: Project) -> None:
    problems = [problem for block in project.root.blocks for problem in _problems(block)]
    assert problems == []


def _problems(block: Block) -> Iterator[str]:
    if block.name == "locals":
        return
    is_named = block.name.startswith("source ")
    kind = block.name.rpartition(" ")[0] if is_named else block.name
    known = OPTIONS.get("variable" if block.name.startswith("variable ") else kind)
    if known is None:
        yield f"{block.name}: no block that Packer knows"
        return
    yield from _problems_in(block, known)


def _problems_in(block: Block, known: Mapping[str, object] | str) -> Iterator[str]:
    if isinstance(known, str):
        return
    for name, value in block.settings.items():
        wanted = known.get(name)
        if not isinstance(wanted, str):
            yield f"{block.name}: {name} is no setting"
        elif not _is_of(value, wanted):
            yield f"{block.name}: {name} is {value!r}, no {wanted}"
    for inner in block.blocks:
        if block.name == "build":
            yield from _problems(inner)
            continue
        nested = known.get(inner.name)
        if isinstance(nested, dict):
            yield from _problems_in(inner, nested["block"])
        else:
            yield f"{block.name}: {inner.name} is no block"
    for name, nested in known.items():
        if isinstance(nested, dict) and nested["nesting"] == "single" and sum(inner.name == name for inner in block.blocks) > 1:
            yield f"{block.name}: {name} stands twice"


def _is_of(value: object, wanted: str) -> bool:
    if value is None or isinstance(value, Live) or wanted == "any":
        return True
    inner = wanted.partition("(")[2].removesuffix(")")
    if wanted.startswith("list"):
        return isinstance(value, list) and all(_is_of(each, inner) for each in value)
    if wanted.startswith("map"):
        return isinstance(value, dict) and all(_is_of(each, inner) for each in value.values())
    kinds = {"string": str, "bool": bool, "number": int | float}
    return isinstance(value, kinds[wanted]) and (wanted == "bool" or not isinstance(value, bool))


# ---- what `packer validate` does not see


@each_project
def test_no_list_of_update_filters_is_empty(project: Project) -> None:
    assert all(block.settings.get("filters") != [] for block in project.root.of("provisioner windows-update"))


@each_project
def test_windows_is_reached_by_winrm_and_linux_by_what_the_plugin_chooses(project: Project) -> None:
    for source in project.azure_sources:
        said = {name: value for name, value in source.settings.items() if name == "communicator" or name.startswith("winrm_")}
        if source.settings["os_type"] == "Windows":
            assert {name: said.get(name) for name in COMMUNICATION} == COMMUNICATION
            assert set(said) == {*COMMUNICATION, "winrm_timeout"}
        else:
            assert said == {}
            assert "ssh_timeout" in source.settings


@each_project
def test_a_gallery_version_is_published_in_the_region_of_its_build(project: Project) -> None:
    for source, gallery in _galleries(project):
        location = source.settings.get("location")
        regions = [block.settings["name"] for block in gallery.of("target_region")]
        known = [_region(name) for name in regions if isinstance(name, str)]
        assert len(known) == len(set(known))
        if regions and isinstance(location, str) and len(known) == len(regions):  # none: the plugin takes the build's
            assert _region(location) in known


def _galleries(project: Project) -> Iterator[tuple[Block, Block]]:
    """Each source with what it publishes."""
    for source in project.sources:
        yield from ((source, gallery) for gallery in source.of("shared_image_gallery_destination"))


def _region(name: str) -> str:
    return name.replace(" ", "").lower()


@each_project
def test_shallow_replication_goes_to_one_region_once(project: Project) -> None:
    for _, gallery in _galleries(project):
        if gallery.settings.get("use_shallow_replication") is True:
            assert [block.settings.get("replicas") for block in gallery.of("target_region")] in ([], [1])


@each_project
def test_a_gallery_version_is_three_numbers_that_fit(project: Project) -> None:
    for block in (block for source in project.sources for block in source.of("shared_image_gallery")):
        version = block.settings.get("image_version")
        if isinstance(version, str) and version != "latest":
            assert re.fullmatch(r"\d+\.\d+\.\d+", version)
            assert all(int(number) < 2**31 for number in version.split("."))
    for _, gallery in _galleries(project):
        assert gallery.settings["image_version"] != "latest"


@each_project
def test_something_is_made_or_nothing_is_meant_to_be(project: Project) -> None:
    for source in project.azure_sources:
        settings = source.settings
        made = (
            "managed_image_name" in settings
            or "storage_account" in settings
            or any(source.of("shared_image_gallery_destination"))
        )
        assert made or settings.get("skip_create_image") is True
        assert ("managed_image_name" in settings) == ("managed_image_resource_group_name" in settings)
        if "custom_managed_image_name" in settings:
            assert "managed_image_name" in settings


@each_project
def test_a_vhd_has_all_its_settings(project: Project) -> None:
    names = {"storage_account", "resource_group_name", "capture_container_name"}
    assert all(names & set(source.settings) in (set(), names) for source in project.sources)


@each_project
def test_somebody_signs_in(project: Project) -> None:
    for source in project.azure_sources:
        names = set(source.settings)
        assert "subscription_id" in names
        assert "use_azure_cli_auth" in names or "client_id" in names


@each_project
def test_braces_of_packers_other_language_are_protected(project: Project) -> None:
    """Packer renders every text of a source, provisioner or post-processor as a Go template, silently."""
    for block in project.root.of("source ", "provisioner ", "post-processor ", "error-cleanup-provisioner "):
        for name, text in _texts(block):
            if name in RENDERED_IN_A_LOOP:
                assert "{{" not in text, f"{block.name}: {name}"
            elif name not in RENDERED_LATER:
                assert "{{" not in text.replace(PROTECTED_BRACES, ""), f"{block.name}: {name}"


def _texts(block: Block) -> Iterator[tuple[str, str]]:
    pending: list[tuple[str, object]] = [item for inner in (block, *block.of("")) for item in inner.settings.items()]
    while pending:
        name, value = pending.pop()
        if isinstance(value, list):
            pending += [(name, each) for each in value]
        elif isinstance(value, dict):
            # The value of a key that has to be rendered is not: a build with the plugin gives Azure what stands there.
            pending += [(name, each) for key, held in value.items() for each in ((key,) if "{{" in key else (key, held))]
        elif isinstance(value, str) and name != "name":
            yield name, value


@each_project
def test_every_file_that_a_step_takes_is_there_or_fetched(project: Project) -> None:
    there = {*project.files, *project.downloads}
    for block in project.root.of("provisioner "):
        for name in ("source", "script"):
            value = block.settings.get(name)
            if value is not None:
                assert isinstance(value, Live)
                path = re.fullmatch(r'"\$\{path\.root\}/([^"$]+)"', value.text)
                assert path is not None, value.text
                assert path.group(1) in there


@each_project
def test_every_duration_is_one_for_go(project: Project) -> None:
    for block in project.root.of("source ", "provisioner "):
        for name, value in block.settings.items():
            if isinstance(value, str) and (name.endswith("timeout") or name == "pause_before"):
                assert DURATION.fullmatch(value), f"{name} = {value}"


@each_project
def test_elevated_steps_have_a_user_and_a_password(project: Project) -> None:
    for block in project.root.of("provisioner powershell"):
        assert ("elevated_user" in block.settings) == ("elevated_password" in block.settings)
        assert not {"timeout", "pause_before"} <= set(block.settings)


@each_project
def test_plugins_are_those_in_use(project: Project) -> None:
    declared = {name for block in project.root.of("required_plugins") for name in block.settings}
    used = {"azure"} if project.azure_sources else set()
    if any(project.root.of("provisioner windows-update")):
        used.add("windows-update")
    assert declared == used


# ---- what it does see


@pytest.mark.judge
@pytest.mark.skipif(not HAS_PLUGINS, reason="needs Packer 1.13 or newer, with the plugins azure and windows-update")
def test_packer_validates_every_golden(tmp_path: Path) -> None:
    found = plugins()
    if not ("packer-plugin-azure" in found and "packer-plugin-windows-update" in found):
        pytest.skip("needs the plugins azure and windows-update: packer init in golden/steps/windows-all")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = dict(pool.map(lambda project: (project.name, validated(project, tmp_path / project.name / "project")), PROJECTS))
    assert {name: output for name, output in said.items() if output} == {}


def validated(project: Project, folder: Path) -> str:
    """What Packer has to say against a project: nothing."""
    for path, text in {**project.files, **dict.fromkeys(project.downloads, "#!/bin/sh\n")}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    values = required_values(project.files)
    if "ssh_private_key_file" in values:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
        values["ssh_private_key_file"] = "key"
    (folder / "values.pkrvars.json").write_text(json.dumps(values))
    (folder / "scripts").mkdir(exist_ok=True)
    done = packer("validate", "-var-file=values.pkrvars.json", ".", folder=folder)
    return "" if done.exit == 0 else done.output
