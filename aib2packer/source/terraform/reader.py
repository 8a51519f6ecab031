"""Reads a Terraform configuration as the deployment template that means the same, in the values of ``ir/values.py``.

Variables are parameters, locals are variables, the values of terraform.tfvars and *.auto.tfvars are the parameter values beside the
template. Nothing is run, and no file is opened here: the files beside come with the call.

Sources:
https://developer.hashicorp.com/terraform/language/values/variables
https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import input as input_codes
from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.values import Entry, ListOf, Literal, ObjectOf, Value
from aib2packer.source.around import Around
from aib2packer.source.json_text import read_json
from aib2packer.source.parameters import GivenValue, declared_inputs, with_given
from aib2packer.source.surroundings import DECIDED
from aib2packer.source.terraform.configuration import Configuration
from aib2packer.source.terraform.files import Files
from aib2packer.source.terraform.json_syntax import read_json_body
from aib2packer.source.terraform.knowledge import Shared
from aib2packer.source.terraform.nodes import Block, Constant, Function, Items, Node, word_of
from aib2packer.source.terraform.resources import as_arm, as_template, is_read, report_others
from aib2packer.source.terraform.scope import ProblemError, as_secret, object_of
from aib2packer.source.terraform.suffixes import SUFFIXES
from aib2packer.source.terraform.syntax import read_body
from aib2packer.source.terraform.texts import NotTerraformError
from aib2packer.source.terraform.types import arm_type, with_optional


def read_terraform(source: SourceText, around: Around, findings: Findings) -> Value | None:
    """The deployment template of a configuration; None, with findings, where a file is not Terraform.

    ``source`` is one .tf file, or a folder (its name with a slash at the end); then the .tf files are among those beside.
    """
    try:
        return _read(source, around, findings)
    except ProblemError as problem:
        findings.add(problem.code, problem.message, place=problem.place)
    except NotTerraformError as problem:
        findings.add(codes.NOT_TERRAFORM, problem.message, place=problem.place)
    except RecursionError:
        message = "The configuration is nested too deeply. Put parts of it into locals."
        findings.add(input_codes.TOO_DEEP, message, place=Place(source, 0, 0))
    return None


def _read(source: SourceText, around: Around, findings: Findings) -> Value | None:
    files = Files(around)
    is_folder = source.name.endswith("/")
    sources = [files.text(path, None) for path in _tf_files(around, ".")] if is_folder else [source]
    blocks = _blocks_of(sources)
    shared = Shared(findings, files, is_whole=is_folder)
    folders = {folder: _blocks_of([files.text(path, None) for path in _tf_files(around, folder)]) for folder in _folders(around)}
    configuration = Configuration(blocks, shared, read_folder=folders)
    start = Place(sources[0] if sources else source, 0, 0)
    for name, block in configuration.variable_blocks():
        shared.parameters[name] = _declaration(name, block, configuration, findings)
    section = _section(shared.parameters, start)
    given = tuple(_given(files, around, configuration))
    quiet = Findings()
    inputs = with_given(
        declared_inputs(section, None, quiet), (*given, *_declared(around.given, shared)), around.as_text, quiet, start
    )
    shared.inputs = {each.name.lower(): each for each in inputs}
    made = list(configuration.resources())
    resources = tuple(as_arm(each) for each in made if is_read(each))
    report_others(made, start, findings)
    template = object_of(
        start,
        contentVersion="1.0.0.0",
        metadata=object_of(start, **{DECIDED: ListOf(tuple(Literal(name) for name in shared.decided))}),
        parameters=_section(shared.parameters, start),
        variables=_section(shared.variables, start),
        resources=ListOf(resources, place=start),
    )
    values = _section({each.name: object_of(each.value.place, value=each.value) for each in given}, start)
    return object_of(start, properties=object_of(start, template=template, parameters=values))


def _declared(given: Sequence[GivenValue], shared: Shared) -> Iterator[GivenValue]:
    """The values for variables that exist; what is wrong with others is said later."""
    names = {each.lower() for each in shared.parameters}
    return (each for each in given if each.name.lower() in names)


def _section(values: Mapping[str, Value], place: Place) -> ObjectOf:
    return ObjectOf(tuple(Entry(Literal(name, place=each.place or place), each) for name, each in values.items()), place=place)


def _tf_files(around: Around, folder: str) -> list[str]:
    """The .tf files of a folder; an override file counts after the others."""
    return sorted(
        (
            path
            for path in around.files
            if path.endswith(SUFFIXES) and posixpath.normpath(posixpath.dirname(path) or ".") == folder
        ),
        key=lambda path: (path.endswith(("override.tf", "override.tf.json")), path),
    )


def _folders(around: Around) -> set[str]:
    return {posixpath.dirname(path) for path in around.files if path.endswith(SUFFIXES)} - {"", "."}


def _blocks_of(sources: Sequence[SourceText]) -> list[Block]:
    return [block for source in sources for block in _body_of(source).blocks]


def _body_of(source: SourceText) -> Block:
    return read_json_body(source) if source.name.endswith(".json") else read_body(source)


# ---- variables


def _declaration(name: str, block: Block, configuration: Configuration, findings: Findings) -> ObjectOf:
    """The declaration of a variable, as one of an ARM parameter."""
    default_node = block.get("default")
    default = configuration.value(default_node) if default_node is not None else None
    if default is not None:
        default = with_optional(block.get("type"), default, configuration.value)
    kind = arm_type(block.get("type"), default)
    is_secret = block.get("sensitive") is not None and _is_true(block.get("sensitive"))
    if kind == "string" and not is_secret and is_called_secret(name):
        is_secret = True
        message = (
            f"The variable {name} is a plain string with the name of a secret. Its value is not written into the project. "
            "Add `sensitive = true`."
        )
        findings.add(deployment_codes.SECRET_BY_NAME, message, place=block.place)
    if is_secret:
        kind = as_secret(kind)
    description = word_of(block.get("description"))
    return object_of(
        block.place,
        type=Literal(kind, place=block.place),
        defaultValue=as_template(default) if default is not None and default != Literal(None) else None,
        nullable=True if default == Literal(None) else None,
        metadata=object_of(block.place, description=description) if description else None,
        allowedValues=_allowed(name, block, configuration),
    )


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Constant) and node.value is True


def _allowed(name: str, block: Block, configuration: Configuration) -> ListOf | None:
    """The values that a validation of the form ``contains([...], var.name)`` allows."""
    for validation in block.inner("validation"):
        match validation.get("condition"):
            case Function("contains", (Items() as items, other)) if _shown(other) == f"var.{name}":
                value = configuration.value(items)
                return value if isinstance(value, ListOf) else None
    return None


def _shown(node: Node) -> str:
    return node.place.source.text[node.place.start : node.place.end].replace(" ", "")


def _given(files: Files, around: Around, configuration: Configuration) -> Iterator[GivenValue]:
    """The values of variable files, in the order in which Terraform reads them; those of other variables are passed over."""
    types = {name: block.get("type") for name, block in configuration.variable_blocks()}
    automatic = sorted(path for path in around.files if "/" not in path and path.endswith((".auto.tfvars", ".auto.tfvars.json")))
    for path in ("terraform.tfvars", "terraform.tfvars.json", *automatic):
        given = variable_file(files.text(path, None), Findings()) if path in files else ()
        for each in given:
            if each.name in types:
                yield replace(each, value=with_optional(types[each.name], each.value, configuration.value))


def read_variable_file(source: SourceText, findings: Findings) -> tuple[GivenValue, ...]:
    """The values of a .tfvars file that was passed; none, with a finding, where it is not one."""
    try:
        return variable_file(source, findings)
    except ProblemError as problem:
        findings.add(problem.code, problem.message, place=problem.place)
    except NotTerraformError as problem:
        findings.add(codes.NOT_TERRAFORM, problem.message, place=problem.place)
    return ()


def variable_file(source: SourceText, findings: Findings) -> tuple[GivenValue, ...]:
    """The values of a .tfvars file, in Terraform's syntax or as JSON; raises NotTerraformError."""
    if source.name.endswith(".json"):
        root = read_json(source, findings)
        entries = root.entries if isinstance(root, ObjectOf) else ()
        return tuple(GivenValue(name=each.name, value=each.value) for each in entries if each.name is not None)
    nobody = Configuration((), Shared(findings, Files(Around())))
    return tuple(GivenValue(name=each.name, value=nobody.value(each.value)) for each in read_body(source).attributes)
