"""The parts of a comparison by themselves: which values are the same, which steps belong together, whose change a file is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import pytest
from msgspec.structs import replace
from paths import ROOT

from aib2packer.comparison.authors import Base, Lines, author_of
from aib2packer.comparison.evaluating import Live, Read
from aib2packer.comparison.facts import RUNS, Fact, Role, Step
from aib2packer.comparison.matching import _SETS, Matching, waits_for, why_alike
from aib2packer.comparison.meaning import _DEFAULTS, _FOLDED, _PATHS, _REGIONS, is_default, meaning, region, seconds
from aib2packer.comparison.model import Author, Verdict
from aib2packer.comparison.pairing import alike, in_order, pairs
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.project_folder.record import line_marks

NOWHERE = Place(SourceText("a.pkr.hcl", ""), 0, 0)
SAME, MISSING, EXTRA, DIFFERS, CANNOT_TELL = Verdict.SAME, Verdict.MISSING, Verdict.EXTRA, Verdict.DIFFERS, Verdict.CANNOT_TELL
PERSON, TEMPLATE, TOOL, BOTH = Author.PERSON, Author.TEMPLATE, Author.TOOL, Author.BOTH


def fact(value: Read, *, asked: Read = None, is_default: bool = False) -> Fact:
    return Fact(value=value, asked=value if asked is None else asked, place=NOWHERE, is_default=is_default)


def live(text: str, *names: str) -> Live:
    return Live(text, names or (text,))


# ---- values


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "verdict"),
    [
        ("a", fact(1), fact("1"), SAME),
        ("a", fact(1), fact(2), DIFFERS),
        ("a", fact(1), None, MISSING),
        ("a", fact(1, is_default=True), None, SAME),
        ("a", None, fact(1), EXTRA),
        ("a", None, fact(1, is_default=True), SAME),
        ("a", None, None, MISSING),
        ("a", fact(1), fact(live("var.a")), CANNOT_TELL),
        ("a", fact([1]), fact([live("data.a.b")]), CANNOT_TELL),
        ("a", fact(1), fact(live("build.ID")), DIFFERS),
        ("a", fact(live("var.ours")), fact(1), DIFFERS),
        ("a", fact(live("var.ours")), fact(live("var.theirs")), SAME),
        ("a", fact(live("upper(var.ours)", "var.ours")), fact(live("lower(var.theirs)", "var.theirs")), DIFFERS),
        ("a", fact(live("var.theirs")), fact(live("var.x")), DIFFERS),
        ("a", fact(live("var.x")), fact(live("var.ours")), DIFFERS),
        ("a", fact("filled", asked=live("var.ours")), fact("in", asked=live("var.ours")), SAME),
        ("a", fact([1, 2]), fact([1]), DIFFERS),
        ("a", fact([1, 2]), fact([2, 1]), DIFFERS),
        ("allowed_inbound_ip_addresses", fact(["a", "b"]), fact(["b", "a"]), SAME),
        ("user_assigned_managed_identities", fact(["a", "b"]), fact(["b", "a"]), SAME),
        ("valid_exit_codes", fact(["a", "b"]), fact(["b", "a"]), SAME),
        ("x.only", fact(["a", "b"]), fact(["b", "a"]), SAME),
        ("except", fact(["a", "b"]), fact(["b", "a"]), SAME),
        ("sources", fact(["a", "b"]), fact(["b", "a"]), SAME),
        ("only", fact(["a", "b"]), fact(["b", "b"]), DIFFERS),
        ("a", fact({"k": 1}), fact({"k": "1"}), SAME),
        ("a", fact({"k": 1}), fact("x"), DIFFERS),
        ("a", fact("x"), fact({"k": 1}), DIFFERS),
        ("a", fact(["x"]), fact("x"), DIFFERS),
        ("a", fact("x"), fact(["x"]), DIFFERS),
        ("a", fact({"k": 1}), fact({"k": 2}), DIFFERS),
        ("a", fact({"k": 1}), fact({"l": 1}), DIFFERS),
        ("a", fact({"k": [live("var.ours")]}), fact({"k": [live("var.theirs")]}), SAME),
    ],
)
def test_a_setting_has_its_verdict(name: str, ours: Fact | None, theirs: Fact | None, verdict: Verdict) -> None:
    matching = Matching(frozenset({"var.ours"}), frozenset({"var.theirs"}))
    assert matching.verdict(name, ours, theirs) is verdict


@pytest.mark.parametrize(
    ("seen", "is_same"),
    [
        ([("var.a", "var.x"), ("var.a", "var.x")], [True, True]),
        ([("var.a", "var.x"), ("var.a", "var.y")], [True, False]),
        ([("var.a", "var.x"), ("var.b", "var.x")], [True, False]),
        ([("var.a", "var.x"), ("var.c", "var.x")], [True, False]),
        ([("[var.a, var.b]", "[var.x, var.x]"), ("var.a", "var.y")], [False, True]),
        ([("[var.a, var.b, var.c]", "[var.x, var.b, var.y]"), ("var.c", "var.y")], [True, True]),
    ],
)
def test_a_variable_has_one_other_name_from_its_first_use_on(seen: list[tuple[str, str]], is_same: list[bool]) -> None:
    matching = Matching(frozenset({"var.a", "var.b", "var.c"}), frozenset({"var.x", "var.y", "var.b"}))
    verdicts = [matching.verdict("s", fact(live(ours)), fact(live(theirs))) is SAME for ours, theirs in seen]
    assert verdicts == is_same


def test_the_other_names_of_variables_are_told() -> None:
    matching = Matching(frozenset({"var.a"}), frozenset({"var.x"}))
    matching.verdict("s", fact(live("var.a")), fact(live("var.x")))
    assert matching.renamed == {"var.a": "var.x"}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1, ""),
        ([live("build.ID"), live("local.a"), live("var.b")], "local.a"),
        ({"k": live("data.x.y")}, "data.x.y"),
        (live("path.module"), ""),
    ],
)
def test_what_a_value_waits_for_is_its_first_variable_or_data_source(value: Read, name: str) -> None:
    assert waits_for(value) == name


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("a\nb", "a\r\nb", "the line ends are those of Windows"),
        ("a\r\nb", "a\nb", "the line ends are not those of Windows"),
        ("a b", "a  b\n", "only spaces and line ends differ"),
        ("a b", "ab", ""),
        ("x (sensitive value)", "x (sensitive value)", "the sensitive value differs"),
        ("x (sensitive value)", "x  (sensitive value)", ""),
    ],
)
def test_why_two_values_look_alike_is_told(ours: str, theirs: str, why: str) -> None:
    assert why_alike(ours, theirs) == why


@pytest.mark.parametrize(
    ("setting", "value", "found"),
    [
        ("script", "", ""),
        ("source", "https://x//a/./b", "https://x//a/./b"),
        ("sources", ["./a", "b//c"], ["a", "b/c"]),
        ("a.target_region", {"name": "West US"}, {"name": "West US"}),
        ("replication_regions", ["West US 2"], ["westus2"]),
        ("x", "/Subscriptions/A", "/subscriptions/a"),
        ("x", "a/subscriptions/A", "a/subscriptions/A"),
        ("pause_after", "soon", "soon"),
        ("pause_before_connecting", "90s", "90s"),
        ("polling_duration_timeout", "1h", "3600s"),
        ("durations", "60s", "60s"),
        ("os_type", True, "true"),
        ("x", None, None),
        ("x", live("var.A"), live("var.A")),
        ("azure.vm_size", "Standard_D2", "standard_d2"),
    ],
)
def test_a_value_has_one_spelling(setting: str, value: Read, found: Read) -> None:
    assert meaning(setting, value) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("1ms", "0.001"), ("2us", "0.000002"), ("2µs", "0.000002"), ("5ns", "5E-9"), ("0s", "0"), ("1.5h", "5400"), ("1h2", None)],
)
def test_a_duration_is_counted_in_seconds(text: str, found: str | None) -> None:
    assert seconds(text) == (None if found is None else Decimal(found))


@pytest.mark.parametrize("value", [None, False, 0, "", [], {}, "false", "0", "0h"])
def test_a_zero_value_is_a_default(value: Read) -> None:
    assert is_default("shell", "no_such_setting", value)


@pytest.mark.parametrize("value", [True, 1, "a", [0], {"k": 0}, "1s", live("var.a")])
def test_another_value_is_none(value: Read) -> None:
    assert not is_default("shell", "no_such_setting", value)


def settings(block: Mapping[str, object], start: str = "") -> Iterator[str]:
    """The settings of a block and of those in it, by their names within it."""
    for name, kind in block.items():
        yield f"{start}{name}"
        inner = kind.get("block") if isinstance(kind, dict) else None
        if isinstance(inner, dict):
            yield from settings(inner, f"{start}{name}.")


def test_every_setting_that_a_table_names_is_one_of_packers() -> None:
    options = json.loads((ROOT / "tests" / "golden" / "packer_options.json").read_text())
    known = {kind.rpartition(" ")[2]: set(settings(block)) for kind, block in options.items() if isinstance(block, dict)}
    assert {key for key in _DEFAULTS if key[1] not in known.get(key[0], ())} == set()
    names = {name.rpartition(".")[2] for block in known.values() for name in block}
    assert (_REGIONS | _FOLDED | _PATHS | _SETS) - names == set()


def test_a_region_has_no_spaces() -> None:
    assert region("West US 2") == "westus2"


# ---- steps


def step(text: str, name: str = "", kind: str = "shell", role: Role = Role.STEP, file: str = "", setting: str = RUNS) -> Step:
    return Step(kind=kind, name=name, role=role, facts={setting: fact(text)} if text else {}, place=NOWHERE, file=file)


def with_also(one: Step, setting: str, value: str = "1", *, is_default: bool = False) -> Step:
    """The step with one more setting."""
    return replace(one, facts={**one.facts, setting: fact(value, is_default=is_default)})


LONG = "apt-get update\napt-get install -y nginx\nsystemctl enable nginx\nsystemctl start nginx\necho ready"
UPDATE, INSTALL, CLEAN = step("apt-get update"), step("apt-get install -y nginx"), step("rm -rf /var/cache/apt")


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ([UPDATE, INSTALL], [UPDATE, INSTALL], {0: 0, 1: 1}),
        ([UPDATE, INSTALL], [INSTALL, UPDATE], {0: 1, 1: 0}),
        ([UPDATE, UPDATE], [UPDATE], {0: 0}),
        ([UPDATE], [UPDATE, UPDATE], {0: 0}),
        ([UPDATE, INSTALL, UPDATE], [UPDATE, UPDATE], {0: 0, 2: 1}),
        ([UPDATE, CLEAN], [CLEAN], {1: 0}),
        ([UPDATE], [CLEAN], {}),
        ([step("echo one", "a"), step("echo one", "b")], [step("echo one", "b"), step("echo one", "a")], {0: 1, 1: 0}),
        ([step(LONG)], [CLEAN, step(LONG.replace("nginx", "apache2"))], {}),
        ([step(LONG)], [CLEAN, step(LONG.replace("enable nginx", "enable apache2"))], {0: 1}),
        ([step("a", role=Role.GENERALIZE)], [CLEAN, step("b", role=Role.GENERALIZE)], {0: 1}),
        ([step("a", kind="file", file="x.sh")], [CLEAN, step("b", kind="file", file="x.sh")], {0: 1}),
        ([step("a", kind="windows-restart")], [CLEAN, step("qqq", kind="windows-restart")], {0: 1}),
        ([step("a", kind="windows-restart")], [step("qqq", kind="windows-update")], {}),
        ([step("echo"), step("echo", kind="powershell")], [step("echo", kind="powershell")], {1: 0}),
        ([step("echo a b c d"), step("echo a b c e")], [step("echo a b c e x"), step("echo a b c d x")], {0: 1, 1: 0}),
        ([step("x", name="same")], [step("y", name="same")], {}),
        ([UPDATE, CLEAN, step("echo abcd 1")], [step("echo abcd 2"), UPDATE, step("echo abcd 3")], {0: 1, 2: 2}),
        ([step("ab " * 100)], [step("ab " * 100 + "x")], {0: 0}),
        ([with_also(UPDATE, "max_retries", is_default=True)], [with_also(UPDATE, "timeout"), UPDATE], {0: 1}),
        ([with_also(UPDATE, "(script)")], [with_also(UPDATE, "timeout"), UPDATE], {0: 1}),
        ([step("run the tool 99", "n30")], [step(f"run the tool {number}", f"n{number}") for number in range(45)], {0: 30}),
    ],
)  # fmt: skip
def test_steps_are_paired_by_content_then_by_likeness(ours: list[Step], theirs: list[Step], found: dict[int, int]) -> None:
    assert pairs(ours, theirs) == found


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        (UPDATE, UPDATE, 1.0),
        (UPDATE, step("apt-get update", kind="powershell"), 0.0),
        (UPDATE, step("apt-get update", role=Role.AFTERWARDS), 0.0),
        (step("abcd"), step("abxy"), 0.5),
        (step("abcd", "n"), step("abxy", "n"), 0.7),
        (step("abcd", "n"), step("abxy", "m"), 0.5),
        (step("abcd", "n"), step("abcd", "n"), 1.0),
        (step("a\nb\nc\nd\ne"), step("a\nb\nc\nd\nf"), 0.8),
        (step("a\nb\nc\nd"), step("a\nb\nc\ne"), 6 / 7),
        (step("a\nb\nc\nd\ne"), step("a"), 0.2),
        (step("a"), step("a\nb\nc\nd\ne"), 0.2),
        (step("abcd", file="a.sh"), step("abcd", file="b.sh"), 1.0),
        (
            with_also(step("x", setting="source"), "destination", "aaaa"),
            with_also(step("x", setting="source"), "destination", "bbbb"),
            1 / 3,
        ),
        (step("abcd", setting="tags"), step("abcd", setting="tags"), 1.0),
        (step("", file="d/a.sh"), step("", file="e/a.sh"), 1.0),
    ],
)
def test_how_much_two_steps_have_in_common(one: Step, other: Step, score: float) -> None:
    assert alike(one, other) == pytest.approx(score)


@pytest.mark.parametrize(
    ("numbers", "stayed"), [([], set()), ([0], {0}), ([2, 0, 1], {1, 2}), ([0, 3, 1, 2], {0, 2, 3}), ([1, 1], {1})]
)
def test_what_stayed_is_a_longest_increasing_run(numbers: list[int], stayed: set[int]) -> None:
    assert in_order(numbers) == stayed


# ---- authors


def base(
    changed: str = "", edited: Iterable[str] = (), rewritten: Iterable[str] = (), lines: str = "", made: Iterable[str] = ()
) -> Base:
    return Base(
        template_changed="template" in changed,
        tool_changed="tool" in changed,
        made=frozenset({"a.pkr.hcl", "s.sh", *made}),
        edited=frozenset(edited),
        rewritten=frozenset(rewritten),
        is_of_another=False,
        lines=Lines(line_marks(lines) if lines else ()),
    )


@pytest.mark.parametrize(
    ("of", "file", "author"),
    [
        (base(), "a.pkr.hcl", PERSON),
        (base(), "new.pkr.hcl", PERSON),
        (base(edited=["a.pkr.hcl"]), "a.pkr.hcl", PERSON),
        (base(edited=["a.pkr.hcl"], lines="a"), "a.pkr.hcl", None),
        (base(edited=["s.sh"], lines="a"), "s.sh", PERSON),
        (base(lines="a"), "a.pkr.hcl", PERSON),
        (base("template"), "a.pkr.hcl", TEMPLATE),
        (base("tool"), "a.pkr.hcl", TOOL),
        (base("template tool"), "a.pkr.hcl", TEMPLATE),
        (base("template"), "new.pkr.hcl", None),
        (base("template", edited=["a.pkr.hcl"]), "a.pkr.hcl", None),
        (base("template", edited=["s.sh"]), "s.sh", PERSON),
        (base("template", edited=["s.sh"], rewritten=["s.sh"]), "s.sh", BOTH),
        (base("template"), "new.sh", PERSON),
    ],
)
def test_a_file_has_its_author_where_one_side_only_can_have_changed_it(of: Base, file: str, author: Author | None) -> None:
    assert of.of_file(file) is author


def line(text: str) -> Place:
    source = SourceText("a.pkr.hcl", f"before\n{text}\nafter\n")
    return Place(source, 7, 7 + len(text))


WAS, NEW = line("was = 1"), line("new = 1")


@pytest.mark.parametrize(
    ("ours", "theirs", "author"),
    [
        (WAS, None, PERSON),
        (NEW, None, TEMPLATE),
        (NEW, WAS, TEMPLATE),
        (WAS, NEW, PERSON),
        (WAS, WAS, PERSON),
        (None, NEW, PERSON),
        (None, WAS, TEMPLATE),
        (NEW, NEW, BOTH),
    ],
)
def test_a_line_has_its_author(ours: Place | None, theirs: Place | None, author: Author) -> None:
    of = base("template", edited=["a.pkr.hcl"], lines="was = 1\nother = 2")
    assert author_of(of, "a.pkr.hcl", ours, theirs) is author


def test_lines_are_found_wherever_they_begin() -> None:
    lines = Lines(line_marks("a = 1\nb = 2\na = 1\nb = 2\nb = 3\na = 1"))
    assert list(lines.starts(line_marks("a = 1\nb = 2"))) == [0, 2]
    assert list(lines.starts(line_marks("a = 1"))) == [0, 2, 5]
    assert list(lines.starts(line_marks("b = 3\nb = 2"))) == []
    assert not lines.has(None)
    assert lines.has(line("b = 3"))
    assert not lines.has(line("b = 4"))
