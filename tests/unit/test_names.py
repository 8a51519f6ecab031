"""The names of a project: all of them follow from the template, whatever is lowered first."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from saying import LINUX, say_for

from aib2packer.assemble.declared import declared
from aib2packer.hcl.nodes import Expression, Listing, raw
from aib2packer.hcl.references import references
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Auth, Choices
from aib2packer.ir.template import ImageTemplate, Machine
from aib2packer.ir.values import Call, Input, Kind, Literal, Local, Role, Value, Variable, joined
from aib2packer.lowering.lowered import NOTHING, LocalValue, Lowered


def asked(name: str, role: Role = Role.PARAMETER, default: Value | None = None) -> Input:
    return Input(name=name, role=role, kind=Kind.TEXT, description="", default=default)


def using(*inputs: Input, locals_: tuple[tuple[Local, Value], ...] = ()) -> ImageTemplate:
    """A template that mentions these inputs and locals, and declares one parameter that it never uses."""
    mentioned = joined(*(each.reference for each in inputs), *(local for local, _ in locals_))
    unused = asked("image_version")
    return replace(LINUX, machine=Machine(size=mentioned), inputs=(unused, *inputs), locals=locals_)


def test_a_parameter_keeps_its_name_and_ours_gets_another() -> None:
    ours = asked("extraTags", Role.OPTION)
    assert say_for(using(asked("imageName"))).reference(ours) == "var.extra_tags"
    assert say_for(using(asked("extra_tags"))).reference(ours) == "var.extra_tags_2"


def test_a_parameter_comes_before_what_is_asked_of_azure() -> None:
    azure, parameter = asked("subscriptionId", Role.AZURE), asked("subscription_id")
    names = say_for(using(azure, parameter)).names
    assert [names.reference(each.reference) for each in (azure, parameter)] == ["var.subscription_id_2", "var.subscription_id"]


def test_a_parameter_that_nothing_mentions_takes_no_name() -> None:
    assert say_for(using()).reference(asked("image_version", Role.DECISION)) == "var.image_version"


def test_the_variables_of_a_sign_in_come_first() -> None:
    say = say_for(using(asked("client_id")), Choices(auth=Auth.SERVICE_PRINCIPAL))
    assert say.reference(asked("client_id")) == "var.client_id_2"


def test_a_computed_default_stands_in_a_local() -> None:
    other = asked("a")
    computed = asked("b", default=Call("toLower", (other.reference,)))
    say = say_for(using(other, computed, locals_=((Local("b"), Literal("x")),)))
    assert [say.reference(Local("b")), say.reference(other)] == ["local.b", "var.a"]
    found = declared((say.plain(computed.reference, ""),), NOTHING, say)
    assert found.locals == (LocalValue(name="b_2", value=raw("var.b != null ? var.b : lower(var.a)")),)
    assert list(found.variables) == ["b", "a"]


def test_a_local_of_ours_gives_way_to_one_of_the_template() -> None:
    names = say_for(using(locals_=((Local("Now"), Literal("x")),))).names
    assert (names.local_of_ours("now"), names.local_of_ours("then")) == ("build_now", "then")


@pytest.mark.parametrize("first", ["a", "b"])
def test_the_order_of_writing_changes_no_name(first: str) -> None:
    say = say_for(using(asked("x.y"), asked("x_y")))
    values = {"a": asked("x.y").reference, "b": asked("x_y").reference}
    written: dict[str, Expression] = {}
    for name in sorted(values, key=lambda each: each != first):
        written[name] = say.plain(values[name], "")
    assert written == {"a": raw("var.x_y"), "b": raw("var.x_y_2")}


def test_only_what_is_mentioned_is_declared() -> None:
    say = say_for(using(asked("a"), asked("b"), locals_=((Local("l"), joined("x", asked("b").reference)),)))
    ours = Lowered(inputs=(asked("extra_tags", Role.OPTION),), locals=(LocalValue(name="now", value=raw("timestamp()")),))
    found = declared((ours, Listing((raw("local.l"),))), ours, say)
    assert [each.name for each in found.locals] == ["l"]
    assert list(found.variables) == ["b"]


def test_functions_that_need_a_newer_packer_are_told() -> None:
    found = declared((raw('"${rfc3339_parse(timestamp()).unix} startswith("'),), NOTHING, say_for())
    assert found.packer == {"rfc3339_parse": (1, 16)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("var.a", ["var.a"]),
        ("upper(local.b-c).d", ["upper(", "local.b-c"]),
        ('"var.a ${var.b} $${var.c} %%{var.d}"', ["var.b"]),
        (r'"\"${var.a}\\"', ["var.a"]),
        ('{ for k, v in var.a : k => "${v}}${local.b}" }', ["var.a", "local.b"]),
        ('"%{ if var.a }x%{ endif }"', ["var.a"]),
        ("target_region.var.a", []),
    ],
)
def test_references_of_an_expression(text: str, names: list[str]) -> None:
    assert list(references(HclText(text))) == names


def test_a_variable_that_no_template_declares_is_one_of_ours() -> None:
    assert say_for().names.variable(Variable("vhdContainer", Role.DECISION)) == "vhd_container"
