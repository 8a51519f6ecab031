"""Files with several image templates, and deployments that ask each other for their outputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from converted import texts_of
from small_template import TEMPLATE

import aib2packer
from aib2packer.cli import main
from aib2packer.pipeline import Options, convert

Json = None | bool | int | str | Sequence["Json"] | dict[str, "Json"]
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
PARTS = "reference(resourceId('Microsoft.Resources/deployments', 'parts'), '2022-09-01').outputs"


def image(name: Json, **properties: Json) -> dict[str, Json]:
    template: dict[str, Json] = json.loads(TEMPLATE)
    inner = template["properties"]
    assert isinstance(inner, dict)
    return {**template, "name": name, "properties": {**inner, **properties}}


def deployment(*resources: Json, **sections: Json) -> dict[str, Json]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **sections, "resources": resources}


def module(name: str, template: Json, **parameters: Json) -> dict[str, Json]:
    passed: Json = {key: {"value": value} for key, value in parameters.items()}
    scope: Json = {"scope": "inner"}
    properties: Json = {"expressionEvaluationOptions": scope, "mode": "Incremental", "parameters": passed, "template": template}
    return {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name, "properties": properties}


def outputs(**values: Json) -> dict[str, Json]:
    return deployment(outputs={name: {"type": "array", "value": value} for name, value in values.items()})


BROKEN = image("broken", source={"type": "ManagedImage"})


def call(folder: Path, template: Json, *arguments: str, command: str = "convert") -> Result:
    file = folder / "template.json"
    file.write_text(json.dumps(template, indent=1))
    output = ("-o", str(folder / "out")) if command == "convert" else ()
    return CliRunner().invoke(main, [command, str(file), *output, *arguments])


def names_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_one_refused_image_does_not_refuse_the_other(tmp_path: Path) -> None:
    result = call(tmp_path, deployment(image("good"), BROKEN))
    assert result.exit_code == 1
    assert names_below(tmp_path / "out") == ["good"]
    assert "error A2P205: broken: properties.source: " in result.stderr
    assert result.stderr.endswith("template.json: 1 of 2 images not converted: broken\n")


def test_project_of_the_time_when_the_file_held_one_image_is_named(tmp_path: Path) -> None:
    said = [call(tmp_path, deployment(*map(image, names))).output for names in (["web"], ["web", "db"])]
    told = f"{tmp_path / 'out'} also has a project of an earlier conversion, when the file held one image. Delete it."
    assert [told in each for each in said] == [False, True]


def test_subscription_of_a_deployment_that_is_a_list_is_an_error() -> None:
    nested = {**module("parts", deployment(image("web"))), "subscriptionId": [{}]}
    found = convert(json.dumps(deployment(nested)).encode(), "t.json", Options()).findings
    assert "`subscriptionId` is not a string. Write one, or remove it." in [each.message for each in found]
    assert found.has_errors()


def test_json_names_the_image_of_each_finding_and_those_refused(tmp_path: Path) -> None:
    result = call(tmp_path, deployment(image("good"), BROKEN), "--format", "json")
    (entry,) = json.loads(result.stdout)["files"]
    assert result.exit_code == 1
    assert (entry["outcome"], entry["refused"]) == ("in part", ["broken"])
    assert entry["projects"] == [str(tmp_path / "out" / "good")]
    about = {each["code"]: each["image"] for each in entry["findings"]}
    assert (about["A2P205"], about["A2P131"]) == ("broken", "")


def test_strict_refuses_all(tmp_path: Path) -> None:
    result = call(tmp_path, deployment(image("good"), BROKEN), "--strict", "--format", "json")
    (entry,) = json.loads(result.stdout)["files"]
    assert (result.exit_code, entry["outcome"], entry["refused"]) == (1, "refused", ["good", "broken"])
    assert names_below(tmp_path / "out") == []


def test_check_says_which_images_would_be_refused(tmp_path: Path) -> None:
    result = call(tmp_path, deployment(image("good"), BROKEN), command="check")
    assert result.exit_code == 1
    assert result.stdout.endswith("1 of 2 images not converted: broken\n")


def test_the_python_function_names_the_refused() -> None:
    result = aib2packer.convert(json.dumps(deployment(image("good"), BROKEN)))
    assert ([each.name for each in result.projects], result.refused, result.is_refused) == (["good"], ("broken",), False)
    with pytest.raises(ValueError, match="several image templates"):
        aib2packer.compare(json.dumps(deployment(image("good"), BROKEN)), {"image.pkr.hcl": ""})


def converted(template: Json, **parameters: str) -> tuple[list[str], tuple[str, ...]]:
    result = convert(json.dumps(template).encode(), "t.json", Options(parameters=tuple(parameters.items())))
    return [each.name for each in result.projects], result.refused


def test_what_several_images_share_refuses_all_of_them() -> None:
    variables: Json = {"where": "[nothing('a')]"}
    shared = {**image("one"), "location": "[variables('where')]"}
    assert converted(deployment(shared, {**shared, "name": "two"}, variables=variables)) == ([], ("one", "two"))


def test_what_images_of_one_deployment_share_refuses_these_only() -> None:
    inner = deployment({**image("one"), "location": "[variables('where')]"}, image("two"), variables={"where": "[nothing('a')]"})
    assert converted(deployment(module("m", inner), image("three"))) == (["three"], ("one", "two"))


def test_an_error_in_one_turn_of_a_loop_refuses_that_image() -> None:
    loop: Json = {"name": "c", "count": 2}
    looped: Json = {**image("[concat('n', copyIndex())]"), "copy": loop, "location": "[variables('places')[copyIndex()]]"}
    template = deployment(looped, variables={"places": ["westeurope"]})
    assert converted(template) == (["n0"], ("n1",))


def test_secret_is_asked_for_once_by_the_file_and_only_where_an_image_needs_it() -> None:
    secrets: Json = {name: {"type": "securestring", "defaultValue": "x"} for name in ("pw", "unused")}
    reader = image("two", customize=[{"type": "Shell", "name": "a", "inline": ["[concat('echo ', parameters('pw'))]"]}])
    result = convert(json.dumps(deployment(image("one"), reader, parameters=secrets)).encode(), "t.json", Options())
    asked = [(each.message, each.image) for each in result.findings if each.code.id == "A2P115"]
    assert asked == [
        ("The default of the secret parameter pw is not written into the project. Set PKR_VAR_pw for the build.", "")
    ]


def test_what_only_azure_knows_is_asked_for_where_the_project_needs_it() -> None:
    only = "[reference('/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a', '2022-09-01').x]"
    tagged: Json = {**image("one"), "tags": {"a": only}}
    result = convert(json.dumps(deployment(tagged)).encode(), "t.json", Options())
    assert result.projects
    assert not [each for each in result.findings if each.code.id == "A2P127"]


def test_two_refused_images_of_one_name_are_told_apart() -> None:
    _, refused = converted([BROKEN, BROKEN, image("good")])
    assert refused == ("broken (line 1)", "broken (line 1) (2)")


def test_steps_come_from_an_output_that_asks_another_deployment() -> None:
    first = module("first", outputs(lines=["echo first"]))
    asked = "[reference(resourceId('Microsoft.Resources/deployments', 'first'), '2022-09-01').outputs.lines.value]"
    inner = outputs(steps=[{"type": "Shell", "name": "s", "inline": "[parameters('lines')]"}])
    inner["parameters"] = {"lines": {"type": "array"}}
    template = deployment(image("i", customize=f"[{PARTS}.steps.value]"), module("parts", inner, lines=asked), first)
    (project,) = convert(json.dumps(template).encode(), "t.json", Options()).projects
    assert '["echo first"]' in texts_of(project)["image.pkr.hcl"]


@pytest.mark.parametrize(
    "output",
    [
        {"type": "array", "value": f"[{PARTS}.steps.value]"},
        {"type": "secureArray", "value": []},
        {"type": "array", "value": "[nothing()]"},
        {"type": "array", "condition": "[parameters('c')]", "value": []},
    ],
    ids=["circle", "secure", "error", "condition"],
)
def test_steps_that_no_output_tells_are_an_error(output: Json) -> None:
    inner = deployment(outputs={"steps": output}, parameters={"c": {"type": "bool", "defaultValue": False}})
    template = deployment(image("i", customize=f"[{PARTS}.steps.value]"), module("parts", inner))
    result = convert(json.dumps(template).encode(), "t.json", Options())
    assert (result.projects, result.refused) == ((), ("i",))
    assert "A2P621" in {each.code.id for each in result.findings}


def test_an_operating_system_for_an_image_that_no_file_has_is_wrong_usage(tmp_path: Path) -> None:
    template = deployment(image("one"), image("two"))
    result = call(tmp_path, template, "--os", "three=linux")
    assert result.exit_code == 2
    assert "There is no image three for --os. Use one of one, two." in result.stderr
    assert names_below(tmp_path / "out") == []
    assert call(tmp_path, template, "--os", "ONE=linux", "--os", "linux").exit_code == 0
    assert call(tmp_path, template, "--os", "one=mac").exit_code == 2
    with pytest.raises(ValueError, match="Use one of one, two"):
        aib2packer.convert(json.dumps(template), aib2packer.Options(os={"three": "linux"}))


def test_folders_of_files_of_one_name_have_the_names_of_their_folders(tmp_path: Path) -> None:
    for folder, name in (("a", "web.json"), ("b", "WEB.json")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(TEMPLATE)
    result = CliRunner().invoke(
        main, ["convert", str(tmp_path / "a/web.json"), str(tmp_path / "b/WEB.json"), "-o", str(tmp_path / "out")]
    )
    assert result.exit_code == 0
    assert [names_below(tmp_path / "out" / folder) for folder in ("a", "b")] == [["web"], ["WEB"]]
