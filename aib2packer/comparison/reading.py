"""Reads a Packer project: its blocks as they are written, and what its variables and locals stand for.

Source: https://developer.hashicorp.com/packer/docs/templates/hcl_templates
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from posixpath import normpath
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.comparison.evaluating import Live, Read, Scope
from aib2packer.comparison.json_blocks import read_json_body, read_json_values
from aib2packer.diagnostics.place import SourceText
from aib2packer.project_folder.reading import ProjectFiles, TooLargeError
from aib2packer.source.terraform.nodes import Block, Constant, Node
from aib2packer.source.terraform.syntax import read_body
from aib2packer.source.terraform.texts import NotTerraformError

_HCL, _JSON = ".pkr.hcl", ".pkr.json"
_Said = TypeVar("_Said")
_LABELS: Mapping[str, int] = {
    "source": 2,
    "data": 2,
    "variable": 1,
    "local": 1,
    "provisioner": 1,
    "error-cleanup-provisioner": 1,
    "post-processor": 1,
    "dynamic": 1,
}


class NotReadError(Exception):
    """A file of the project cannot be read; the message is a sentence with the file, and the line where one is known."""


class PackerProject(Struct, frozen=True):
    """The blocks of a project, in the order of its files.

    ``scope`` gives variables their values, ``asked`` does so only for variables with a default: the others stay names, so that a value
    that was filled in is no difference. ``named`` gives values to locals only. ``filled`` are the values that the files and the command
    line give, those of secret variables aside.
    """

    blocks: tuple[Block, ...]
    files: ProjectFiles
    scope: Scope
    asked: Scope
    named: Scope
    filled: Mapping[str, Node | Read]

    def of_kind(self, kind: str) -> list[Block]:
        """The blocks of a kind (``source``), in order."""
        return [block for block in self.blocks if block.kind == kind]

    @property
    def variables(self) -> Mapping[str, Block]:
        """The declarations of variables, as they are referred to (``var.x``)."""
        return {f"var.{block.labels[0]}": block for block in self.of_kind("variable")}

    def text(self, path: str) -> str | None:
        """The text of a file; None where there is none, or where it is no text."""
        return _text_of(self.files, path)


class Given(Struct, frozen=True, kw_only=True):
    """Values from outside of the project: names and texts of ``--var``, names and contents of ``--var-file``."""

    variables: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


class _Texts(Struct):
    """Reads texts of files once."""

    files: ProjectFiles
    found: dict[str, str | None] = field(default_factory=dict)

    def get(self, path: str) -> str | None:
        if path not in self.found:
            self.found[path] = _text_of(self.files, path)
        return self.found[path]


def read_project(files: ProjectFiles, given: Given | None = None) -> PackerProject:
    """Reads the HCL and JSON files of a folder and its automatic variable files; raises NotReadError."""
    names = files.listed()
    blocks = [block for name in names for block in _blocks_of(files, name)]
    defaults = dict(_defined(blocks))
    secret = {f"var.{block.labels[0]}" for block in blocks if block.kind == "variable" and is_sensitive(block)}
    filled = {name: value for name, value in _filled(files, names, given or Given()) if name not in secret}
    with_defaults = {name: value for name, value in filled.items() if name in defaults}
    texts = _Texts(files)
    return PackerProject(
        blocks=tuple(blocks),
        files=files,
        scope=Scope({**defaults, **filled}, texts.get),
        asked=Scope({**defaults, **with_defaults}, texts.get),
        named=Scope({name: value for name, value in defaults.items() if name.startswith("local.")}, texts.get),
        filled=filled,
    )


def filled_like(ours: PackerProject, theirs: PackerProject, renamed: Mapping[str, str]) -> PackerProject:
    """Our project with their values for its variables without one; ``renamed`` has their name for each that is called otherwise."""
    open_ = [name for name, block in ours.variables.items() if name not in ours.scope.known and not is_sensitive(block)]
    there = {name: renamed.get(name, name) for name in open_}
    given = {name: theirs.scope.value(other) for name, other in there.items() if other in theirs.filled}
    if not given:
        return ours
    return replace(ours, scope=Scope({**ours.scope.known, **given}, ours.scope.file_text))


def check_given(project: PackerProject, given: Given) -> None:
    """Raises NotReadError for a value of a variable that the project does not declare, as Packer does."""
    known = [block.labels[0] for block in project.of_kind("variable")]
    known += [each.name for block in project.of_kind("variables") for each in block.attributes]
    unknown = next((name for name, _ in given.variables if name not in known), None)
    if unknown is not None:
        hint = f"Use one of {', '.join(known)}." if known else "The project has no variables."
        raise NotReadError(f"{project.blocks[0].place.source.name}: There is no variable {unknown}. {hint}")


def is_sensitive(block: Block) -> bool:
    """Whether a variable or a local says that its value is secret."""
    value = block.get("sensitive")
    return isinstance(value, Constant) and value.value is True


def decoded(content: bytes, name: str) -> str:
    """The text of a file that has to be one; raises NotReadError."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotReadError(f"{name}:{line}: The file is not UTF-8. Save it as UTF-8.") from error


def _text_of(files: ProjectFiles, path: str) -> str | None:
    try:
        content = files.content(normpath(path))
        return content.decode("utf-8-sig") if content is not None else None
    except (UnicodeDecodeError, OSError, TooLargeError):
        return None


def has_project(files: ProjectFiles) -> bool:
    """Whether there is a file with blocks that Packer reads."""
    return any(name.endswith((_HCL, _JSON)) for name in files.listed())


def _blocks_of(files: ProjectFiles, name: str) -> Sequence[Block]:
    if name.endswith(_HCL):
        return _body(name, _content(files, name)).blocks
    if name.endswith(_JSON):
        return _read(lambda source: read_json_body(source, _LABELS), name, _content(files, name))
    return ()


def _body(name: str, content: bytes) -> Block:
    body = _read(read_body, name, content)
    _check_labels(body.blocks)
    return body


def _read(reader: Callable[[SourceText], _Said], name: str, content: bytes) -> _Said:
    """What a reader finds in a file; raises NotReadError for what it refuses."""
    try:
        return reader(SourceText(name, decoded(content, name)))
    except NotTerraformError as error:
        raise NotReadError(f"{name}:{error.place.line}: {error.message}") from error


def _content(files: ProjectFiles, name: str) -> bytes:
    try:
        content = files.content(name)
    except OSError as error:
        raise NotReadError(f"{name}: The file cannot be read ({error.strerror}).") from error
    except TooLargeError as error:
        raise NotReadError(f"{name}: The file is larger than 4 MiB.") from error
    if content is None:
        raise NotReadError(f"{name}: The file is not there.")
    return content


def _check_labels(blocks: Sequence[Block], outer: str = "") -> None:
    """Raises NotReadError for a block without the labels that Packer needs; a build names a source in one."""
    for block in blocks:
        wanted = _LABELS.get(block.kind, len(block.labels))
        is_override = outer == "build" and block.kind == "source" and len(block.labels) == 1
        if len(block.labels) < wanted and not is_override:
            labels = "a label" if wanted == 1 else f"{wanted} labels"
            raise NotReadError(f"{block.place.source.name}:{block.place.line}: A {block.kind} block needs {labels}.")
        _check_labels(block.blocks, block.kind)


def _defined(blocks: Sequence[Block]) -> Iterator[tuple[str, Node | Read]]:
    """The names that blocks define, as they are referred to, with what they stand for."""
    for block in blocks:
        if block.kind == "variable":
            default = block.get("default")
            if default is not None and not is_sensitive(block):
                yield f"var.{block.labels[0]}", default
        elif block.kind == "local":
            value = block.get("expression")
            if value is not None and not is_sensitive(block):
                yield f"local.{block.labels[0]}", value
        elif block.kind == "locals":
            yield from ((f"local.{each.name}", each.value) for each in block.attributes)
        elif block.kind == "variables":
            yield from ((f"var.{each.name}", each.value) for each in block.attributes)


def _filled(files: ProjectFiles, names: Sequence[str], given: Given) -> Iterator[tuple[str, Node | Read]]:
    """Values of variables by their names, in the order in which Packer lets later ones win."""
    for name in names:
        if name.endswith((".auto.pkrvars.hcl", ".auto.pkrvars.json")):
            yield from _values_in(name, _content(files, name))
    for name, content in given.files:
        yield from _values_in(name, content)
    yield from ((f"var.{name}", value) for name, value in given.variables)


def _values_in(name: str, content: bytes) -> Iterator[tuple[str, Node | Read]]:
    if name.endswith(".json"):
        yield from ((f"var.{key}", value) for key, value in _read(read_json_values, name, content))
    else:
        yield from ((f"var.{each.name}", each.value) for each in _body(name, content).attributes)


def bare(value: Read) -> str:
    """A label or name that is written as a text or as a reference."""
    return value.text if isinstance(value, Live) else str(value)
