"""Deployment templates that cannot be converted as they are: what is wrong is named at its place, and nothing is written."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from cases import case_named
from click.testing import CliRunner
from converted import texts_of

from aib2packer.cli import main
from aib2packer.diagnostics.model import Severity
from aib2packer.ir.choices import Choices, Downloads
from aib2packer.ir.clouds import CLOUDS, cloud_of
from aib2packer.pipeline import Options, Result, convert

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
CANARY = "hunter2-do-not-tell"
SECONDS = 30
"""More than any of these may take on a busy machine; on an idle one each takes a fraction of a second."""

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def image(**properties: Json) -> dict[str, Json]:
    """An image template that is in order, as a resource of a deployment; ``location`` may be given."""
    location = properties.pop("location", "westeurope")
    return {
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "apiVersion": "2022-07-01",
        "name": "image",
        "location": location,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/builder": {}}},
        "properties": {
            "source": {"type": "PlatformImage", "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
            "customize": [{"type": "Shell", "name": "greet", "inline": ["echo hello"]}],
            "distribute": [{"type": "ManagedImage", "runOutputName": "image", "imageId": f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/image", "location": "westeurope"}],
            **properties,
        },
    }  # fmt: skip


def deployment(resource: dict[str, Json] | None = None, **sections: Json) -> dict[str, Json]:
    """A deployment template of one resource, with these sections beside it."""
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **sections, "resources": [resource or image()]}


def function(value: str, *parameters: str) -> list[Json]:
    """The section of a template's own functions, with one: ``my.f``."""
    declared: list[Json] = [{"name": name, "type": "string"} for name in parameters]
    return [{"namespace": "my", "members": {"f": {"parameters": declared, "output": {"type": "string", "value": value}}}}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A template, what is given to it, and the one error that it must give: code, text at its place, message."""

    what: str
    template: dict[str, Json] | str
    file: str | None = None
    settings: tuple[str, ...] = ()
    name: str | None = None
    code: str
    at: str
    message: str

    @property
    def text(self) -> str:
        return self.template if isinstance(self.template, str) else json.dumps(self.template, indent=2)


def used(kind: str, **rules: Json) -> dict[str, Json]:
    """A template with one parameter, ``p``, that names the location."""
    return deployment(image(location="[concat(parameters('p'))]"), parameters={"p": {"type": kind, **rules}})


FILE_OF_ANOTHER = json.dumps({"parameters": {"vnetName": {"value": CANARY}}})
CIRCLE: dict[str, Json] = {"a": "[variables('b')]", "b": "[concat('x', variables('a'))]"}
LOOP: dict[str, Json] = {"name": "many", "input": {"type": "Shell", "inline": ["echo hello"]}}
TOO_MANY = (
    "`customize` needs a literal value, but its expression fails with the current value of parameter `p`. A copy loop needs a count "
    "from 0 to 800. Correct the expression, or pass another value with -p or --set."
)


def looped(count: int, word: str) -> dict[str, Json]:
    """A template whose steps are a loop that runs as often as the parameter ``p`` says."""
    step: Json = {"type": "Shell", "name": "[format('step{0}', copyIndex('customize'))]", "inline": [word]}
    copy: Json = [{"name": "customize", "count": "[parameters('p')]", "input": step}]
    parameters: dict[str, Json] = {"p": {"type": "int", "defaultValue": count}, "word": {"type": "string"}}
    template = image(copy=copy)
    properties = template["properties"]
    assert isinstance(properties, dict)
    del properties["customize"]
    return deployment(template, parameters=parameters)


BAD = (
    Bad(what="parameter-undeclared-in-file", template=used("string"), file=FILE_OF_ANOTHER, code="A2P110", at=f'"{CANARY}"',
        message="The template has no parameter vnetName. Does the parameter file belong to another template?"),
    Bad(what="parameter-misspelt-in-setting", template=used("string"), settings=("pp=x",), code="A2P110", at="{",
        message="The template has no parameter pp. Did you mean p?"),
    Bad(what="parameter-undeclared-in-expression", template=deployment(image(location="[parameters('loc')]")), code="A2P153",
        at="parameters('loc')", message="The parameter 'loc' is not declared. Declare it, or correct the name."),
    Bad(what="variable-undeclared", template=deployment(image(location="[variables('loc')]")), code="A2P154",
        at="variables('loc')", message="The variable 'loc' is not declared. Declare it, or correct the name."),
    Bad(what="type-int", template=used("int"), settings=("p=many",), code="A2P111", at='"p"',
        message="The parameter p must be an integer, but its value has another type."),
    Bad(what="type-int-in-file", template=used("int"), file='{"parameters": {"p": {"value": "12"}}}', code="A2P111", at='"12"',
        message="The parameter p must be an integer, but its value has another type."),
    Bad(what="type-bool", template=used("bool"), settings=("p=yes",), code="A2P111", at='"p"',
        message="The parameter p must be a bool, but its value has another type."),
    Bad(what="type-array", template=used("array"), settings=("p={}",), code="A2P111", at='"p"',
        message="The parameter p must be an array, but its value has another type."),
    Bad(what="type-object", template=deployment(parameters={"p": {"type": "object"}}), settings=("p=[]",), code="A2P111", at='"p"',
        message="The parameter p must be an object, but its value has another type."),
    Bad(what="type-string", template=used("string"), file='{"parameters": {"p": {"value": 5}}}', code="A2P111", at="5",
        message="The parameter p must be a string, but its value has another type."),
    Bad(what="type-unknown", template=deployment(parameters={"p": {"type": "text"}}), code="A2P117", at='"p"',
        message="The parameter p has no valid type. Declare it with one."),
    Bad(what="not-allowed", template=used("string", allowedValues=["a", "b"]), settings=("p=c",), code="A2P112", at='"p"',
        message="The value of the parameter p is not allowed. Use one of a, b."),
    Bad(what="above-maximum", template=used("int", minValue=1, maxValue=3), settings=("p=4",), code="A2P112", at='"p"',
        message="The value of the parameter p is outside the bounds in the template."),
    Bad(what="too-short", template=used("string", minLength=3), settings=("p=ab",), code="A2P112", at='"p"',
        message="The value of the parameter p is outside the bounds in the template."),
    Bad(what="circle-of-variables", template=deployment(image(location="[variables('a')]"), variables=CIRCLE), code="A2P158",
        at="variables('a')", message="The variables refer to each other in a cycle: a > b > a."),
    Bad(what="function-unknown", template=deployment(image(location="[toLowr('WESTEUROPE')]")), code="A2P151",
        at="toLowr('WESTEUROPE')", message="There is no function toLowr. Did you mean toLower?"),
    Bad(what="arguments-too-many", template=deployment(image(location="[toLower('west', 'europe')]")), code="A2P152",
        at="toLower('west', 'europe')", message="toLower takes 1 argument, not 2."),
    Bad(what="arguments-too-few", template=deployment(image(location="[replace('west', 'e')]")), code="A2P152",
        at="replace('west', 'e')", message="replace takes 3 arguments, not 2."),
    Bad(what="bracket-unclosed", template=deployment(image(location="[toLower('west']")), code="A2P150", at="('west'",
        message="The ( after toLower is not closed."),
    Bad(what="copy-negative", template=deployment(image(copy=[{**LOOP, "count": -1}])), code="A2P159", at="-1",
        message="The copy loop 'many' needs a count from 0 to 800."),
    Bad(what="copy-10001", template=deployment(image(copy=[{**LOOP, "count": 10001}])), code="A2P159", at="10001",
        message="The copy loop 'many' needs a count from 0 to 800."),
    Bad(what="copy-of-resource-negative", template=deployment({**image(), "copy": {"name": "c", "count": -1}}), code="A2P159", at="-1",
        message="The copy count is -1, but Azure allows 0 to 800. Correct the count."),
    Bad(what="copy-of-resource-10001", template=deployment({**image(), "copy": {"name": "c", "count": 10001}}), code="A2P159", at="10001",
        message="The copy count is 10001, but Azure allows 0 to 800. Correct the count."),
    Bad(what="copy-of-resource-unknown", code="A2P125", at='"[parameters(\'p\')]"',
        template=deployment({**image(), "copy": {"name": "c", "count": "[parameters('p')]"}}, parameters={"p": {"type": "int"}}),
        message="The copy count needs a literal value but uses parameter `p`, which has none. The image template is not converted. "
        "Pass an integer with -p or --set."),
    Bad(what="copy-of-resource-no-number", template=deployment({**image(), "copy": {"name": "c", "count": "many"}}), code="A2P159",
        at='"many"', message="The copy count is not an integer, but Azure allows 0 to 800. Correct the count."),
    *(Bad(what=f"copy-{count}-of-steps-by-{by}", template=looped(count, word), code="A2P159", at='"[parameters(\'p\')]"', message=TOO_MANY)
      for count in (801, 5_000_000) for by, word in (("parameters-known", "hello"), ("parameters-unknown", "[parameters('word')]"))),
    Bad(what="endless-function", code="A2P160", at="my.f(concat(parameters('x'), 'a'))",
        template=deployment(image(location="[my.f('a')]"), functions=function("[my.f(concat(parameters('x'), 'a'))]", "x")),
        message="The function my.f calls itself."),
    Bad(what="function-arguments", template=deployment(image(location="[my.f()]"), functions=function("[parameters('x')]", "x")),
        code="A2P152", at="my.f()", message="my.f takes 1 argument, not 0."),
    Bad(what="file-is-a-list", template=used("string"), file="[1]", code="A2P113", at="[1]",
        message="parameters.json is not a parameter file: a JSON object of parameters, each with its value."),
    Bad(what="file-without-values", template=used("string"), file='{"parameters": {"p": "x"}}', code="A2P113", at='"p"',
        message="parameters.json is not a parameter file: a JSON object of parameters, each with its value."),
    Bad(what="file-is-a-template", template=used("string"), file=json.dumps(used("string")), code="A2P113", at='"p"',
        message="parameters.json is not a parameter file: a JSON object of parameters, each with its value."),
    Bad(what="file-is-no-json", template=used("string"), file="p = x", code="A2P101", at="p",
        message="Put the string in double quotes."),
    Bad(what="parameter-file-as-template", template='{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "parameters": {}}',
        code="A2P620", at="{", message="This is a parameter file, not a template. Pass it with -p, and convert its template."),
    Bad(what="bicep-as-template", template="param location string\n", code="A2P620", at="",
        message="The file is a Bicep file, not an image template. Run `az bicep build -f template.json`, then convert the JSON file."),
    Bad(what="name-of-nobody", template=deployment(), name="nobody", code="A2P130", at="{",
        message="The file contains no image template nobody. Use one of image."),
    Bad(what="name-where-none-is", template={**image(), "name": None}, name="nobody", code="A2P130", at="{",
        message="The file contains no image template nobody. Leave --name out."),
    Bad(what="parameters-for-a-bare-resource", template=image(), settings=("p=x",), code="A2P110", at="{",
        message="The file is a bare resource, without the parameter p. Leave the value out."),
    Bad(what="never-deployed", template=deployment({**image(), "condition": False}), code="A2P620", at="{",
        message="None of the file's image templates is deployed with these parameter values. Pass other values with -p or --set."),
)  # fmt: skip


def call(case: Bad, folder: Path, *more: str) -> tuple[int, str]:
    """Calls `aib2packer convert` as a user would; gives the exit code and what was said."""
    template = folder / "template.json"
    template.write_text(case.text, encoding="utf-8")
    arguments = ["convert", str(template), "-o", str(folder / "project"), *more]
    if case.file is not None:
        (folder / "parameters.json").write_text(case.file, encoding="utf-8")
        arguments += ["-p", str(folder / "parameters.json")]
    for setting in case.settings:
        arguments += ["--set", setting]
    if case.name is not None:
        arguments += ["--name", case.name]
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.what)
def test_bad_input_is_named_at_its_place(case: Bad) -> None:
    files = (("parameters.json", case.file.encode()),) if case.file is not None else ()
    settings = tuple((name, value) for name, _, value in (each.partition("=") for each in case.settings))
    start = time.monotonic()
    result = convert(case.text.encode(), "template.json", Options(parameter_files=files, parameters=settings, name=case.name))
    assert time.monotonic() - start < SECONDS
    errors = {(each.code.id, each.message) for each in result.findings if each.severity is Severity.ERROR}
    assert errors == {(case.code, case.message)}
    assert not result.projects
    places = [each.place for each in result.findings if each.severity is Severity.ERROR]
    shown = [place.source.text[place.start : place.end] for place in places if place is not None]
    assert len(shown) == len(places)
    assert shown[0].startswith(case.at), shown


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.what)
def test_bad_input_is_refused_and_nothing_is_written(case: Bad, tmp_path: Path) -> None:
    exit_code, said = call(case, tmp_path)
    assert exit_code == 1
    assert case.code in said
    assert CANARY not in said
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_every_form_of_the_findings_has_the_place(form: str, tmp_path: Path) -> None:
    case = next(each for each in BAD if each.what == "function-unknown")
    _, said = call(case, tmp_path, "--format", form)
    assert "A2P151" in said
    line = 1 + case.text[: case.text.index("[toLowr")].count("\n")
    assert f": {line}" in said


# ---- secrets


def all_of(result: Result) -> str:
    """Everything that a conversion gives: the files of its projects, and the findings in every form."""
    from aib2packer.diagnostics.formats.json_format import as_json, file_entry
    from aib2packer.diagnostics.formats.sarif_format import as_sarif
    from aib2packer.diagnostics.formats.text_format import as_text

    files = [f"{path}\n{text}" for project in result.projects for path, text in texts_of(project).items()]
    findings = [
        as_text(result.findings, result.findings.hidden),
        as_json([file_entry("t.json", "", [], result.findings)]),
        as_sarif(result.findings, "0", Path()),
    ]
    return "\n".join([*files, *findings])


def with_secret(kind: str, default: Json = None, key: str = "") -> dict[str, Json]:
    """A template whose step uses a secret parameter."""
    step: Json = {"type": "Shell", "name": "sign in", "inline": [f"[concat('sign-in --key ', parameters('secret'){key})]"]}
    declared: dict[str, Json] = {"type": kind} if default is None else {"type": kind, "defaultValue": default}
    return deployment(image(customize=[step]), parameters={"secret": declared})


def with_secret_in(kind: str = "secureString", default: Json = None, **properties: Json) -> dict[str, Json]:
    """A template with a secret parameter anywhere in its properties."""
    declared: dict[str, Json] = {"type": kind} if default is None else {"type": kind, "defaultValue": default}
    return deployment(image(**properties), parameters={"secret": declared})


def script_from(address: str, **keys: Json) -> Json:
    return [{"type": "Shell", "name": "fetched", "scriptUri": address, **keys}]


def galleries_in(group: str) -> Json:
    """Outputs whose versions are counted, so that scripts have to look them up."""
    definition = f"[concat('{SUBSCRIPTION}/resourceGroups/', {group}, '/providers/Microsoft.Compute/galleries/g/images/i')]"
    return [
        {"type": "SharedImage", "runOutputName": name, "galleryImageId": definition, "replicationRegions": ["westeurope"]}
        for name in ("one", "two")
    ]


SIGNED = f"https://account.blob.core.windows.net/files/setup.sh?sv=2024-01-01&sig={CANARY}"
HERE = "[parameters('secret')]"
SECRETS = {
    "address": (with_secret_in(customize=script_from("[concat('https://example.com/', parameters('secret'), '/a.sh')]")), None, (("secret", CANARY),)),
    "address-computed": (with_secret_in(customize=script_from("[concat('https://example.com/', toLower(parameters('secret')))]")), None, (("secret", CANARY),)),
    "checksum": (with_secret_in(customize=script_from("https://example.com/a.sh", sha256Checksum=HERE)), None, (("secret", CANARY),)),
    "id-of-output": (with_secret_in(distribute=galleries_in("parameters('secret')")), None, (("secret", CANARY),)),
    "lines": (with_secret_in(customize=[{"type": "Shell", "inline": "[split(parameters('secret'), ',')]"}]), None, (("secret", f"{CANARY},b"),)),
    "signature-in-default": (with_secret_in("string", SIGNED, customize=script_from(HERE)), None, ()),
    "signature-in-object": (with_secret_in("object", {"u": SIGNED}, customize=script_from("[parameters('secret').u]")), None, ()),
    "signature-in-setting": (with_secret_in("string", customize=script_from(HERE)), None, (("secret", SIGNED),)),
    "signature-in-file": (with_secret_in("string", customize=script_from(HERE)), {"secret": {"value": SIGNED}}, ()),
    "signature-apart": (with_secret_in("string", f"sig={CANARY}", customize=script_from("[concat('https://example.com/a.sh?', parameters('secret'))]")), None, ()),
    "default": (with_secret("secureString", CANARY), None, ()),
    "default-computed": (with_secret("securestring", f"[concat('{CANARY}', 'x')]"), None, ()),
    "default-of-object": (with_secret("secureObject", {"key": CANARY}, ".key"), None, ()),
    "setting": (with_secret("secureString"), None, (("secret", CANARY),)),
    "file": (with_secret("secureString"), {"secret": {"value": CANARY}}, ()),
    "file-of-object": (with_secret("secureObject", None, ".key"), {"secret": {"value": {"key": CANARY}}}, ()),
    "file-of-wrong-type": (with_secret("secureString"), {"secret": {"value": {"key": CANARY}}}, ()),
    "file-too-short": (deployment(image(), parameters={"secret": {"type": "secureString", "minLength": 99}}), {"secret": {"value": CANARY}}, ()),
    "file-of-misspelt-name": (with_secret("secureString"), {"sekret": {"value": CANARY}}, ()),
}  # fmt: skip


IN_URL = ("address", "signature")
"""How the names of cases begin where the secret is part of a URL, for which the fetch script asks as a whole."""


@pytest.mark.parametrize("indent", [None, 2], ids=["one-line", "lines"])
@pytest.mark.parametrize("where", SECRETS)
@pytest.mark.parametrize("downloads", [Downloads.FETCH, Downloads.VM])
def test_a_secret_is_written_nowhere(where: str, indent: int | None, downloads: Downloads) -> None:
    template, given, settings = SECRETS[where]
    files = (("p.json", json.dumps({"parameters": given}, indent=indent).encode()),) if given is not None else ()
    options = Options(parameter_files=files, parameters=settings, choices=Choices(downloads=downloads))
    result = convert(json.dumps(template, indent=indent).encode(), "t.json", options)
    assert len(result.findings) > 0
    assert CANARY not in all_of(result)
    for project in result.projects:
        declared = str(project.files.get("variables.pkr.hcl", "")).partition('variable "secret"')[2]
        assert "sensitive   = true" in declared or (downloads is Downloads.FETCH and where.startswith(IN_URL))


_STEP: Json = {"type": "Shell", "name": "signed", "scriptUri": SIGNED}
WHOLE_STEPS: dict[str, tuple[list[Json], bool]] = {
    "address": ([_STEP, {"type": "Shell", "name": "plain", "inline": ["echo plain"]}], True),
    "file": ([{"type": "File", "name": "f", "sourceUri": SIGNED, "destination": "/tmp/f"}], True),
    "line": ([_STEP, {"type": "Shell", "name": "plain", "inline": [f"curl -o f '{SIGNED}'"]}], False),
    "name": ([_STEP, {"type": "Shell", "name": CANARY, "inline": ["true"]}], False),
    "path": ([_STEP, {"type": "Shell", "name": "p", "scriptUri": f"https://example.com/{CANARY}/a.sh?x=1"}], False),
}
"""Steps that are the value of one parameter; whether the signatures in it can be cut off, so that they can be converted."""


@pytest.mark.parametrize("how", ["default", "file", "part", "joined"])
@pytest.mark.parametrize("where", WHOLE_STEPS)
def test_steps_that_come_with_signatures_are_converted_without_them(where: str, how: str) -> None:
    steps, converted = WHOLE_STEPS[where]
    value: Json = {"steps": steps} if how == "part" else steps
    expression = {"part": "[parameters('secret').steps]", "joined": "[concat(parameters('secret'), variables('more'))]"}
    declared: dict[str, Json] = {"type": "object" if how == "part" else "array"}
    if how != "file":
        declared["defaultValue"] = value
    more: Json = [{"type": "Shell", "name": "more", "inline": ["echo more"]}]
    customize = expression.get(how, "[parameters('secret')]")
    template = deployment(image(customize=customize), parameters={"secret": declared}, variables={"more": more})
    files = (("p.json", json.dumps({"parameters": {"secret": {"value": value}}}).encode()),) if how == "file" else ()
    result = convert(json.dumps(template, indent=2).encode(), "t.json", Options(parameter_files=files))
    found = {each.code.id for each in result.findings}
    assert CANARY not in all_of(result)
    assert ("A2P621" in found) == (not converted)
    assert ("A2P414" in found) == converted
    text = str(result.projects[0].files["image.pkr.hcl"])
    assert not converted or text.count("  provisioner ") == 2 + len(steps) + (how == "joined")


COMPUTED = {
    "picked": "[variables('known')[parameters('name')]]",
    "replaced": "[replace(variables('known').a, 'a.sh', parameters('name'))]",
    "of-a-list": "[variables('list')[parameters('number')]]",
    "put-together": "[uri('https://account.blob.core.windows.net/', format('files/{0}?sv=1&sig=SECRET', parameters('name')))]",
    "with-a-signature-apart": "[concat('https://example.com/', parameters('name'), if(parameters('signed'), variables('sas'), ''))]",
    "chosen": "[if(parameters('signed'), variables('known').a, variables('known').b)]",
    "first-that-is-there": "[coalesce(parameters('none'), variables('known').a)]",
}
_COMPUTED_FROM: dict[str, Json] = {
    "parameters": {
        "name": {"type": "string", "defaultValue": "a"},
        "number": {"type": "int", "defaultValue": 0},
        "signed": {"type": "bool", "defaultValue": True},
        "none": {"type": "string", "nullable": True},
    },
    "variables": {
        "known": {"a": SIGNED, "b": SIGNED.replace("setup", "other")},
        "list": [SIGNED, SIGNED],
        "sas": f"?sv=1&sig={CANARY}",
    },
}


@pytest.mark.parametrize("form", COMPUTED)
@pytest.mark.parametrize("downloads", [Downloads.FETCH, Downloads.VM])
@pytest.mark.parametrize("kind", ["Shell", "File"])
def test_a_signature_in_a_computed_address_is_written_nowhere(form: str, downloads: Downloads, kind: str) -> None:
    address = COMPUTED[form].replace("SECRET", CANARY)
    step: Json = (
        script_from(address)
        if kind == "Shell"
        else [{"type": "File", "name": "fetched", "sourceUri": address, "destination": "/tmp/a"}]
    )
    template = deployment(image(customize=step), **_COMPUTED_FROM)
    result = convert(json.dumps(template, indent=2).encode(), "t.json", Options(choices=Choices(downloads=downloads)))
    assert [finding.code.id for finding in result.findings if finding.code.id == "A2P414"]
    assert result.projects
    assert CANARY not in all_of(result)


def test_an_address_with_a_secret_is_told_as_the_template_makes_it() -> None:
    parameters: Json = {
        "base": {"type": "string"},
        "file": {"type": "string", "defaultValue": "scripts/run.sh"},
        "token": {"type": "secureString", "defaultValue": CANARY},
    }
    made = "[uri(parameters('base'), concat(parameters('file'), parameters('token')))]"
    template = deployment(image(customize=script_from("[variables('made')]")), parameters=parameters, variables={"made": made})
    result = convert(json.dumps(template).encode(), "t.json", Options())
    (message,) = (finding.message for finding in result.findings if finding.code.id == "A2P414")
    assert message.endswith("before you run the fetch script: `uri(base, 'scripts/run.sh<token>')`.")


def test_a_setting_is_code_whatever_the_message_about_it_holds() -> None:
    step: Json = {"type": "Shell", "name": "a```b", "inline": ["true"]}
    result = convert(json.dumps(image(customize=[step, step])).encode(), "t.json", Options())
    text = str(result.projects[0].files["MIGRATION.md"])
    assert r'- `customize[1]` (line 1): Step name "a\`\`\`b" is already used' in text


# ---- conditions, and the cloud


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("[if(parameters('a'), variables('one'), variables('two'))]", False),
        (
            "[concat(if(parameters('a'), variables('one'), createArray()), if(parameters('b'), variables('two'), createArray()))]",
            True,
        ),
        (
            "[concat(if(parameters('a'), variables('one'), createArray()), if(not(parameters('a')), variables('two'), createArray()))]",
            False,
        ),
        ("[if(parameters('a'), if(parameters('b'), variables('one'), variables('two')), createArray())]", False),
        ("[if(parameters('a'), if(parameters('b'), variables('one'), createArray()), variables('two'))]", False),
        ("[concat(if(parameters('a'), variables('one'), createArray()), variables('two'))]", True),
    ],
)
def test_steps_that_never_run_both_may_have_the_same_name(steps: str, said: bool) -> None:
    parameters: Json = {"a": {"type": "bool"}, "b": {"type": "bool"}}
    variables: Json = {key: [{"type": "Shell", "name": "greet", "inline": [f"echo {key}"]}] for key in ("one", "two")}
    template = deployment(image(customize=steps), parameters=parameters, variables=variables)
    result = convert(json.dumps(template).encode(), "template.json", Options())
    assert len(result.projects) == 1, list(result.findings)
    assert ("A2P406" in {each.code.id for each in result.findings}) == said


def galleries(**keys: Json) -> Json:
    """An output of the kind SharedImage."""
    definition = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/galleries/g/images/i"
    return [{"type": "SharedImage", "runOutputName": "i", "galleryImageId": definition, **keys}]


@pytest.mark.parametrize("word", ["hello", "[parameters('word')]"])
def test_a_loop_may_run_800_times(word: str) -> None:
    (project,) = convert(json.dumps(looped(800, word)).encode(), "a.json", Options()).projects
    assert str(project.files["image.pkr.hcl"]).count('= "step') == 800


EMPTY_USED: dict[str, tuple[bool, dict[str, Json]]] = {
    "subnet": (True, {"vmProfile": {"vnetConfig": {"subnetId": "[parameters('x')]"}}}),
    "segment of an id": (True, {"distribute": [{"type": "ManagedImage", "runOutputName": "image", "imageId": "[resourceId('Microsoft.Compute/images', parameters('x'))]", "location": "westeurope"}]}),
    "source version": (True, {"source": {"type": "SharedImageVersion", "imageVersionId": "[parameters('x')]"}}),
    "tested": (False, {"vmProfile": {"vnetConfig": "[if(empty(parameters('x')), null(), createObject('subnetId', parameters('x')))]"}}),
    "tested through a function": (False, {"vmProfile": {"vnetConfig": "[if(equals(toLower(parameters('x')), ''), null(), createObject('subnetId', parameters('x')))]"}}),
    "branch": (False, {"vmProfile": {"vmSize": "[if(parameters('y'), parameters('x'), 'Standard_D2s_v5')]"}}),
    "staging group": (False, {"stagingResourceGroup": "[parameters('x')]"}),
    "checksum": (False, {"customize": [{"type": "Shell", "name": "greet", "scriptUri": "https://example.com/a.sh", "sha256Checksum": "[parameters('x')]"}]}),
    "words of a line": (False, {"customize": [{"type": "Shell", "name": "greet", "inline": ["[toLower(concat('ls /srv/', parameters('x'), '/new'))]"]}]}),
    "nowhere in the project": (False, {"vmProfile": {"vnetConfig": {"subnetId": f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s", "containerInstanceSubnetId": "[parameters('x')]"}}}),
}  # fmt: skip


@pytest.mark.parametrize("given", [False, True], ids=["default", "given"])
@pytest.mark.parametrize("use", EMPTY_USED)
def test_an_empty_string_is_asked_for_where_it_cannot_build(use: str, given: bool) -> None:
    asked, properties = EMPTY_USED[use]
    declared: dict[str, Json] = {"type": "string", "defaultValue": "z" if given else ""}
    template = deployment(image(**properties), parameters={"x": declared, "y": {"type": "bool", "defaultValue": False}})
    result = convert(json.dumps(template).encode(), "image.json", Options(parameters=(("x", ""),) if given else ()))
    (project,) = result.projects
    assert ("# x " in texts_of(project).get("values.auto.pkrvars.hcl", "")) == asked
    assert any(each.code.id == "A2P119" for each in result.findings) == asked


@pytest.mark.parametrize("default", ["[parameters('x')]", "[variables('a')]", "[parameters('y')]"])
def test_a_default_that_depends_on_itself_is_an_error(default: str) -> None:
    template = deployment(
        image(customize=[{"type": "Shell", "name": "greet", "inline": ["[variables('b')]"]}]),
        parameters={
            "x": {"type": "string", "defaultValue": default},
            "y": {"type": "string", "defaultValue": "[parameters('x')]"},
        },
    )
    template["variables"] = {"a": "[concat(variables('b'), '1')]", "b": "[concat(parameters('X'), '2')]"}
    findings = convert(json.dumps(template).encode(), "image.json", Options()).findings
    assert "The default of the parameter x depends on the parameter itself. Correct the default." in [
        each.message for each in findings
    ]


def test_a_parameter_without_a_value_is_asked_for_whatever_its_name() -> None:
    template = deployment(
        image(distribute=galleries(replicationMode="[parameters('secretCount')]")), parameters={"secretCount": {"type": "string"}}
    )
    said = [each.message for each in convert(json.dumps(template).encode(), "a.json", Options()).findings]
    (message,) = (each for each in said if each.startswith("`replicationMode`"))
    assert "secretCount" in message
    assert message.endswith("Pass a value with -p or --set.")


@pytest.mark.parametrize(
    ("region", "cloud", "storage"),
    [
        ("westeurope", "", "core.windows.net"),
        ("usgovarizona", "USGovernment", "core.usgovcloudapi.net"),
        ("US DoD East", "USGovernment", "core.usgovcloudapi.net"),
        ("ChinaNorth3", "China", "core.chinacloudapi.cn"),
    ],
)
@pytest.mark.parametrize("form", ["bare", "literal", "default", "given", "nested"])
def test_the_cloud_follows_from_the_region(region: str, cloud: str, storage: str, form: str) -> None:
    script = "[concat('https://contoso.blob.', environment().suffixes.storage, '/s/a.sh')]"
    steps: Json = [
        {"type": "Shell", "name": "a", "scriptUri": script if form != "bare" else f"https://contoso.blob.{storage}/s/a.sh"}
    ]
    checks: Json = {"inVMValidations": [{"type": "Shell", "name": "b", "inline": ["true"]}]}
    location = "westeurope" if form in ("bare", "literal") else "[parameters('region')]"
    resource = image(location=location, customize=steps, validate=checks)
    declared: Json = {"region": {"type": "string", "defaultValue": "eastus" if form == "given" else "westeurope"}}
    template = resource if form == "bare" else deployment(resource, parameters=declared)
    if form == "nested":
        inner: Json = {"expressionEvaluationOptions": {"scope": "inner"}, "mode": "Incremental", "template": template}
        template = deployment(
            {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n", "properties": inner}
        )
    given = (("region", region),) if form == "given" else ()
    public = json.dumps(template)
    result = convert(public.replace("westeurope", region).encode(), "template.json", Options(parameters=given))
    assert len(result.projects) == 1, list(result.findings)
    files = result.projects[0].files
    for path in ("image.pkr.hcl", "validate/image.pkr.hcl"):
        assert ("cloud_environment_name" in str(files[path])) == bool(cloud)
        assert not cloud or f'cloud_environment_name = "{cloud}"' in str(files[path])
    assert f"fetch 'https://contoso.blob.{storage}/s/a.sh'" in str(files["scripts/fetch.sh"])
    assert ("az cloud set -n Azure" in str(files["MIGRATION.md"])) == bool(cloud)
    found = convert(
        public.encode(), "template.json", Options(parameters=tuple((name, "westeurope") for name, _ in given))
    ).findings
    assert [each.code for each in result.findings] == [each.code for each in found]


@pytest.mark.parametrize(
    ("location", "script", "asked", "cloud", "said"),
    [
        ("[resourceGroup().location]", "https://contoso.blob.core.windows.net/s/a.sh", None, "", False),
        ("[resourceGroup().location]", "https://contoso.blob.core.chinacloudapi.cn/s/a.sh", None, "China", True),
        (
            "[resourceGroup().location]",
            "https://contoso.blob.core.chinacloudapi.cn/s/a.sh",
            "us-government",
            "USGovernment",
            False,
        ),
        ("[resourceGroup().location]", "[concat('https://c.blob.', environment().suffixes.storage, '/a.sh')]", None, "", True),
        (
            "[resourceGroup().location]",
            "[concat('https://c.blob.', environment().suffixes.storage, '/a.sh')]",
            "china",
            "China",
            False,
        ),
        ("[parameters('r')]", "https://contoso.blob.core.windows.net/s/a.sh", None, "", False),
        ("[parameters('r')]", "[concat('https://c.blob.', environment().suffixes.storage, '/a.sh')]", None, "", True),
        ("[variables('v')]", "[concat('https://c.blob.', environment().suffixes.storage, '/a.sh')]", None, "", False),
        ("[variables('unused')]", "https://contoso.blob.core.windows.net/s/a.sh", None, "", False),
    ],
)
def test_where_the_cloud_may_be_another_one_a_note_says_so(
    location: str, script: str, asked: str | None, cloud: str, said: bool
) -> None:
    resource = image(location=location, customize=[{"type": "Shell", "scriptUri": script}], distribute=[{"type": "VHD", "runOutputName": "disk"}])  # fmt: skip
    template = deployment(
        resource,
        parameters={"r": {"type": "string", "defaultValue": "eastus"}},
        variables={"v": "eastus", "unused": "eastus", "environment": "[environment().name]"},
    )
    wanted = next((each for each in CLOUDS if each.option == asked), None)
    result = convert(json.dumps(template).encode(), "template.json", Options(cloud=wanted))
    assert len(result.projects) == 1, list(result.findings)
    text = str(result.projects[0].files["image.pkr.hcl"])
    assert (f'cloud_environment_name = "{cloud}"' if cloud else "use_azure_cli_auth") in text
    assert ("cloud_environment_name" in text) == bool(cloud)
    notes = [each for each in result.findings if each.code.id == "A2P134"]
    assert len(notes) == said
    assert all(each.place is not None for each in notes)


@pytest.mark.parametrize("asked", ["public", "us-government", "china"])
@pytest.mark.parametrize("region", ["eastus", "usgovtexas", "China East 2"])
def test_a_region_in_another_cloud_than_the_one_asked_for_is_refused(region: str, asked: str) -> None:
    wanted = next(each for each in CLOUDS if each.option == asked)
    resource = image(location=region, distribute=[{"type": "VHD", "runOutputName": "disk"}])
    result = convert(json.dumps(resource).encode(), "template.json", Options(cloud=wanted))
    assert ("A2P519" in {each.code.id for each in result.findings}) == (cloud_of(region) is not wanted)
    assert bool(result.projects) == (cloud_of(region) is wanted)


@pytest.mark.parametrize("asked", [None, "public", "us-government", "china"])
def test_an_expression_that_is_kept_as_text_is_in_no_cloud(asked: str | None) -> None:
    wanted = next((each for each in CLOUDS if each.option == asked), None)
    resource = image(location="[parameters('x')]", distribute=[{"type": "VHD", "runOutputName": "disk"}])
    result = convert(json.dumps(resource).encode(), "template.json", Options(cloud=wanted))
    assert "A2P519" not in {each.code.id for each in result.findings}
    assert result.projects


def test_after_an_error_in_a_parameter_file_nothing_is_said_of_unused_parameters() -> None:
    template = json.dumps(deployment(parameters={"unused": {"type": "string", "defaultValue": "u"}})).encode()
    broken = ("broken.json", b'{"parameters": {"unused": "u"}}')
    assert [each.code.id for each in convert(template, "template.json", Options(parameter_files=(broken,))).findings] == [
        "A2P113"
    ]
    assert "A2P116" in {each.code.id for each in convert(template, "template.json", Options()).findings}


# ---- many files, and folders of any name


@pytest.mark.parametrize("name", ["plain", "a space", "it's", "$HOME"])
def test_the_commands_that_are_printed_find_the_project(name: str, tmp_path: Path) -> None:
    (tmp_path / "template.json").write_text(json.dumps(image()))
    printed = CliRunner().invoke(main, ["convert", str(tmp_path / "template.json"), "-o", str(tmp_path / name)]).stderr
    first = next(line for line in printed.splitlines() if line.startswith("  cd ")).partition(" && ")[0]
    there = subprocess.run(["/bin/sh", "-c", f"{first} && pwd"], capture_output=True, text=True, check=True).stdout
    assert there == f"{tmp_path / name}\n"


def test_one_bad_file_of_a_folder_stops_none_of_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    (folder / "deep").mkdir(parents=True)
    good = json.dumps(deployment(image(location="[parameters('p')]"), parameters={"p": {"type": "string"}}))
    for number in range(20):
        (folder / f"good{number:02d}.json").write_text(good)
    (folder / "deep" / "good.json").write_text(good)
    (folder / "bad.json").write_text("{")
    (folder / "bad-bytes.json").write_bytes(b"\xff\xfe")
    (folder / "endless.json").write_text(next(each for each in BAD if each.what == "endless-function").text)
    (folder / "package.json").write_text('{"name": "not a template"}')
    result = CliRunner().invoke(main, ["convert", str(folder), "-o", str(tmp_path / "projects")])
    assert result.exit_code == 1
    written = {str(path.parent.relative_to(tmp_path / "projects")) for path in (tmp_path / "projects").rglob("image.pkr.hcl")}
    assert written == {*(f"good{number:02d}" for number in range(20)), "deep/good"}
    for name in ("bad.json", "bad-bytes.json", "endless.json"):
        assert name in result.output


def test_many_files_give_the_same_as_one_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    for number in range(12):
        (folder / f"t{number:02d}.json").write_text(json.dumps(deployment(image(location=f"region{number}"))))
    CliRunner().invoke(main, ["convert", str(folder), "-o", str(tmp_path / "together")])
    for number in range(12):
        single = tmp_path / "single" / f"t{number:02d}"
        CliRunner().invoke(main, ["convert", str(folder / f"t{number:02d}.json"), "-o", str(single)])
        together = tmp_path / "together" / f"t{number:02d}"
        for path in single.rglob("*"):
            if path.is_file():
                assert (together / path.relative_to(single)).read_text() == path.read_text()


def test_confidential_size_does_not_fit_a_definition_of_another_type() -> None:
    template = json.loads((case_named("definition-trusted-launch").folder / "template.json").read_text())
    for each in template["resources"]:
        if "imageTemplates" in each["type"]:
            each["properties"]["vmProfile"] = {"vmSize": "Standard_DC2as_v5"}
    findings = convert(json.dumps(template).encode(), "t.json", Options()).findings
    (message,) = (each.message for each in findings if "confidential VMs only" in each.message)
    assert "is of the type TrustedLaunch. Choose another vmSize." in message


def module(name: str, resources: list[Json], outputs: Json = None, **keys: Json) -> dict[str, Json]:
    """A deployment as Bicep compiles a module, of resources that see no parameter but ``images``."""
    template = deployment(parameters={"images": {"type": "array", "defaultValue": ["other", "base"]}}, outputs=outputs)
    properties: Json = {
        "mode": "Incremental",
        "expressionEvaluationOptions": {"scope": "inner"},
        "template": {**template, "resources": resources},
    }
    return {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name, "properties": properties, **keys}  # fmt: skip


DEFINITION_ID = "resourceId('Microsoft.Compute/galleries/images', 'company', 'base')"
ASKED_FOR = {
    "by its name": "[reference('gallery').outputs.id.value]",
    "by its id": "[reference(resourceId('Microsoft.Resources/deployments', 'gallery'), '2022-09-01').outputs.id.value]",
    "in a list": "[reference('gallery').outputs.ids.value[1]]",
    "without it": f"[{DEFINITION_ID}]",
}


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("wanted", ASKED_FOR)
def test_an_image_definition_of_a_module_within_a_module_is_used(wanted: str, first: bool) -> None:
    made: Json = {
        "type": "Microsoft.Compute/galleries/images",
        "apiVersion": "2023-07-03",
        "name": "[concat('company/', parameters('images')[copyIndex()])]",
        "copy": {"name": "definitions", "count": 2},
        "properties": {"osType": "Linux", "hyperVGeneration": "V2", "identifier": {"publisher": "contoso", "offer": "web", "sku": "22"}},
    }  # fmt: skip
    inner = module("images", [made], {"id": {"type": "string", "value": f"[{DEFINITION_ID}]"}})
    of_inner = "[reference('images').outputs.id.value]"
    outputs: Json = {"id": {"type": "string", "value": of_inner}, "ids": {"type": "array", "value": ["", of_inner]}}
    gallery = module("gallery", [inner], outputs)
    distribute: Json = [{"type": "SharedImage", "runOutputName": "image", "galleryImageId": ASKED_FOR[wanted], "replicationRegions": ["westeurope"]}]  # fmt: skip
    resources = [gallery, image(distribute=distribute)]
    template = {**deployment(), "resources": resources if first else resources[::-1]}
    result = convert(json.dumps(template).encode(), "image.json", Options())
    (project,) = result.projects
    assert "--publisher contoso --offer web --sku 22" in texts_of(project)["MIGRATION.md"]
    assert not any(each.code.id == "A2P542" for each in result.findings)
