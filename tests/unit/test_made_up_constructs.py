"""A new step or output is its module: what other stages know of constructs, they ask the row and the part."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from aib2packer.comparison import meaning
from aib2packer.constructs import key_names, registry, shape_check
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.hcl.nodes import Attribute, Block, string
from aib2packer.ir.choices import Os
from aib2packer.ir.outputs import Output, Where
from aib2packer.ir.parts import Step
from aib2packer.ir.values import Literal, Value
from aib2packer.lowering.lowered import Lowered
from aib2packer.lowering.plugins import Plugin
from aib2packer.lowering.say import Say
from aib2packer.pipeline import Options, Result, convert
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, script_text, text

PLUGIN = Plugin("ansible", "github.com/hashicorp/ansible", "~> 1")


class RunPlaybook(Step, frozen=True, kw_only=True):
    """Runs a playbook."""

    playbook: Value | None


def _read_step(fields: Fields) -> RunPlaybook:
    return RunPlaybook(path=fields.path, place=fields.place, name=fields.text("name"), playbook=fields.take("playbook"))


def _lower_step(part: RunPlaybook, say: Say) -> Lowered:
    value = say.rendered(part.playbook or Literal(""), f"{part.path}.playbook")
    playbook = Attribute(name="playbook", value=value)
    return Lowered(steps=(Block(kind="provisioner", labels=("ansible",), body=(playbook,)),), plugins=(PLUGIN,))


class CloudImageOutput(Output, frozen=True, kw_only=True):
    """An image at a place with a region."""

    region: Value

    def places(self) -> Iterator[tuple[Where, Value, str]]:
        """Its region."""
        yield Where.REGION, self.region, f"{self.path}.region"


def _read_output(fields: Fields) -> CloudImageOutput:
    name, region = (fields.text(key) or Literal("") for key in ("runOutputName", "region"))
    return CloudImageOutput(path=fields.path, place=fields.place, name=name, region=region)


def _lower_output(part: CloudImageOutput, say: Say) -> Lowered:
    return Lowered(settings=(("distribute", Attribute(name="made_up_name", value=string("x"))),))


STEP = Construct(
    group=Group.STEP,
    type_name="Ansible",
    shape=Shape(
        name="Ansible",
        keys=(type_key("Ansible"), exact("name", text(), "`name`"), exact("playbook", script_text(), "`playbook`")),
    ),
    reads=(RunPlaybook,),
    read=_read_step,
    lower=_lower_step,
    runs_on=lambda _part: Os.LINUX,
    packer="`provisioner`",
    packer_defaults={("ansible", "use_proxy"): "false"},
)
OUTPUT = Construct(
    group=Group.OUTPUT,
    type_name="CloudImage",
    shape=Shape(
        name="CloudImage",
        keys=(type_key("CloudImage"), exact("runOutputName", text(), "x"), exact("region", text(), "x")),
    ),
    reads=(CloudImageOutput,),
    read=_read_output,
    lower=_lower_output,
    packer="settings",
)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both are known like every other construct."""
    everything = (*registry._all(), STEP, OUTPUT)
    monkeypatch.setattr(registry, "_all", lambda: everything)
    caches = (
        registry.constructs,
        registry._by_name,
        registry._by_part,
        registry.packer_defaults,
        shape_check._schema_of,
        key_names.key_names,
    )
    for each in caches:
        each.cache_clear()
    yield
    monkeypatch.undo()
    for each in caches:
        each.cache_clear()


def _converted(step: dict[str, str], output: dict[str, str], offer: str = "ubuntu") -> Result:
    template = {
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "apiVersion": "2024-02-01",
        "location": "westeurope",
        "properties": {
            "source": {"type": "PlatformImage", "publisher": "p", "offer": offer, "sku": "s"},
            "customize": [{"type": "Ansible", **step}],
            "distribute": [{"type": "CloudImage", "runOutputName": "there", **output}],
        },
    }
    return convert(json.dumps(template).encode(), "t.json", Options())


def _findings(result: Result) -> list[tuple[str, str]]:
    return [(each.code.id, each.message) for each in result.findings]


def test_it_is_converted_with_its_plugin() -> None:
    result = _converted({"playbook": "site.yml"}, {"region": "westeurope"})
    (project,) = result.projects
    assert 'provisioner "ansible"' in project.files["image.pkr.hcl"]
    assert 'made_up_name = "x"' in project.files["image.pkr.hcl"]
    assert PLUGIN.source in project.files["plugins.pkr.hcl"]


def test_its_operating_system_tells_that_of_the_image() -> None:
    assert _converted({}, {"region": "westeurope"}, offer="o").projects


def test_its_operating_system_is_compared_with_that_of_the_image() -> None:
    message = "Ansible runs on Linux, but the image is Windows. Remove the step, or correct the image or --os."
    assert ("A2P403", message) in _findings(_converted({}, {"region": "westeurope"}, offer="windows"))


def test_its_region_is_in_the_cloud_of_the_template() -> None:
    assert "A2P519" in dict(_findings(_converted({}, {"region": "chinanorth3"})))


def test_a_placeholder_in_its_script_is_none() -> None:
    (project,) = _converted({"playbook": "<any>"}, {"region": "westeurope"}).projects
    assert 'playbook = "<any>"' in project.files["image.pkr.hcl"]


def test_what_packer_does_without_a_setting_is_no_difference() -> None:
    assert meaning.is_default("ansible", "use_proxy", "false")
    assert not meaning.is_default("ansible", "playbook", "a")
