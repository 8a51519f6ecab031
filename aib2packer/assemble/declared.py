"""What a project has to declare: the variables and locals that its parts mention, and the Packer that their functions need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from msgspec import Struct
from msgspec.structs import astuple, replace

from aib2packer.diagnostics.codes import customize as codes
from aib2packer.hcl.nodes import Expression, Item, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.references import PACKER_SINCE, expressions_in, references
from aib2packer.hcl.text import HclText
from aib2packer.ir.text import holds_braces
from aib2packer.ir.values import Input, Local, Role, Value
from aib2packer.lowering.build import Declarations, Declared
from aib2packer.lowering.lowered import Difference, LocalValue, Lowered, Wording
from aib2packer.lowering.reads import Reads, key_of
from aib2packer.lowering.say import Say
from aib2packer.lowering.sign_in import credentials
from aib2packer.lowering.variable_types import newer_words, type_of, used_part

_NODES = Item | Expression
_NOTES = (Difference, Wording)
_Define = Callable[[str], LocalValue | None]


def declared(parts: Sequence[object], ours: Lowered, say: Say) -> Declarations:
    """What these parts of a project mention, in the order in which they do; ``ours`` has the inputs and locals of our own."""
    definitions = _definitions(ours, say)
    found: dict[str, LocalValue | None] = {}
    names = [(tuple(_ours_in(part, say)), tuple(_names_in(part))) for part in parts]
    order = chain.from_iterable((*ours_in_part, *names_in_part) for ours_in_part, names_in_part in names)
    _add(order, lambda name: definitions[name]() if name in definitions else None, found)
    mentioned = {*chain.from_iterable(each for _, each in names), *_names_in(tuple(found.values()))}
    found = {name: value for name, value in found.items() if name in mentioned}
    variables = _variables(found, ours, say)
    of_template = {f"local.{name}" for name in say.names.locals.values()}
    locals_ = sorted(found.items(), key=lambda item: item[0] not in of_template)
    functions = {name.removesuffix("(") for name in found if name.endswith("(")}
    newer = newer_words(each.type for each in variables.values())
    return Declarations(
        variables=variables,
        locals=tuple(value for _, value in locals_ if value is not None),
        packer={**{name: PACKER_SINCE[name] for name in PACKER_SINCE if name in functions}, **dict.fromkeys(newer, (1, 16))},
    )


def _ours_in(part: object, say: Say) -> Iterator[str]:
    """The names of the inputs and locals of our own that belong to a part."""
    if isinstance(part, Lowered):
        yield from map(say.reference, part.inputs)
        yield from (each.reference for each in part.locals)


def _names_in(part: object) -> Iterator[str]:
    """The names that the expressions in a part of a project mention."""
    pending = [part]
    while pending:
        each = pending.pop()
        if isinstance(each, HclText):
            yield from references(each)
        elif isinstance(each, _NODES):
            yield from (name for text in expressions_in(each) for name in references(text))
        elif isinstance(each, tuple):
            pending.extend(reversed(each))
        elif isinstance(each, Struct):
            pending.extend(() if isinstance(each, _NOTES) else filter(None, reversed(astuple(each))))
        elif isinstance(each, dict):
            pending.extend(reversed(each.values()))


def _add(names: Iterable[str], define: _Define, found: dict[str, LocalValue | None]) -> None:
    """Adds the names, each after what its definition mentions."""
    for name in names:
        if name not in found:
            value = define(name)
            _add(_names_in(value), define, found)
            found[name] = value


def _definitions(ours: Lowered, say: Say) -> Mapping[str, Callable[[], LocalValue]]:
    """How each local comes about; one of the template is written, with its findings, only where something mentions it."""
    found: dict[str, Callable[[], LocalValue]] = {each.reference: partial(_itself, each) for each in ours.locals}
    for local, definition in say.template.locals:
        found[say.reference(local)] = partial(_of_template, local, definition, say)
    for each in say.template.inputs:
        if each.default is not None and key_of(each) in say.names.defaults:
            found[say.reference(each)] = partial(_with_default, each, each.default, say)
    return found


def _itself(local: LocalValue) -> LocalValue:
    return local


def _of_template(local: Local, definition: Value, say: Say) -> LocalValue:
    name = say.names.locals[local.name.lower()]
    return LocalValue(name=name, value=say.plain(definition, f"variables.{local.name}"))


def _with_default(wanted: Input, default: Value, say: Say) -> LocalValue:
    """A local with the default, which counts unless the variable is given (hcl/FACTS.md 8)."""
    name = say.names.variable(wanted.reference)
    otherwise = inline(say.plain(default, f"parameters.{name}.defaultValue"))
    legal = say.names.defaults[key_of(wanted)]
    return LocalValue(name=legal, value=raw(f"var.{name} != null ? var.{name} : {otherwise}"))


def _variables(mentioned: Iterable[str], ours: Lowered, say: Say) -> dict[str, Declared]:
    """The declarations of the variables, with only what the project reads of their values, and their types."""
    signing_in = {(Role.AZURE, name) for name in credentials(say.choices.auth, say.choices.pipeline)}
    named = say.names.variables.keys() - signing_in
    of_template = (each for each in say.template.inputs if key_of(each) in named)
    inputs: dict[str, Input] = {}
    for each in (*of_template, *ours.inputs):
        inputs.setdefault(f"var.{say.names.variable(each.reference)}", each)
    used = {name: inputs[name] for name in mentioned if name in inputs}
    return {
        name.removeprefix("var."): _declared(each, say.names.reads.get(key_of(each), Reads(whole=True)), say)
        for name, each in used.items()
    }


def _declared(wanted: Input, reads: Reads, say: Say) -> Declared:
    _check_braces(wanted, say)
    used = replace(wanted, default=used_part(wanted.default, reads), given=used_part(wanted.given, reads))
    given = say.plain(used.given, wanted.name) if used.given is not None and not wanted.secret else None
    return Declared(input=used, type=type_of(used, reads), given=given)


def _check_braces(wanted: Input, say: Say) -> None:
    """``{{`` in known parts of a setting is escaped (hcl/FACTS.md 4); in the value of a variable it cannot be."""
    known = [each for each in (wanted.default, wanted.given) if each is not None]
    if not wanted.secret and any(map(holds_braces, known)):
        message = (
            f"The value of {wanted.name} contains "
            "{{, which Packer expands in most settings. Choose another value, or write the string into the template."
        )
        say.findings.add(codes.BRACES_IN_VALUE, message, place=wanted.place, path=f"parameters.{wanted.name}")
