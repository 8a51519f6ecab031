"""A comparison takes time in proportion to the number of steps, and no more than a few times that of the conversion."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from growth import least_exponent, seconds
from paths import ROOT

from aib2packer.comparison.comparing import Project
from aib2packer.comparison.model import Verdict
from aib2packer.pipeline import Options, compared, convert
from aib2packer.project_folder.reading import InMemory

TEMPLATE = ROOT / "tests" / "support" / "by_hand" / "template.json"


def template_of(number: int) -> bytes:
    """A template of so many steps, which have most of their words in common."""
    said = json.loads(TEMPLATE.read_bytes())
    said["properties"]["customize"] = [
        {
            "type": "Shell",
            "name": f"step {at}",
            "inline": [f"sudo apt-get install --yes package-{at}", f"echo {at * 7919} > /tmp/{at}"],
        }
        for at in range(number)
    ]
    return json.dumps(said, indent=1).encode()


def times(number: int, edit: Callable[[str], str], verdict: Verdict, differing: int) -> tuple[float, float]:
    """Seconds of the processor for the conversion, and for the comparison with an edited project."""
    template = template_of(number)
    converted = seconds(lambda: convert(template, "template.json", Options()))
    result = convert(template, "template.json", Options())
    project = result.projects[0]
    files = InMemory({**project.files, "image.pkr.hcl": edit(str(project.files["image.pkr.hcl"]))})
    edited = Project(name="project", files=files)
    assert compared(project, result.findings, edited).verdicts[verdict] == differing
    return converted, seconds(lambda: compared(project, result.findings, edited))


def one_changed(text: str) -> str:
    return text.replace('package-7"', 'program-7"')


def all_changed(text: str) -> str:
    return text.replace("package-", "program-")


@pytest.mark.judge
@pytest.mark.parametrize(("edit", "share"), [(one_changed, 0), (all_changed, 1)], ids=["one", "all"])
def test_time_grows_with_the_number_of_steps(edit: Callable[[str], str], share: int) -> None:
    def comparison(number: int) -> float:
        return times(number, edit, Verdict.DIFFERS, number if share else 1)[1]

    assert least_exponent(comparison, 500, 2000, below=1.3) < 1.3


@pytest.mark.judge
def test_two_thousand_steps_take_no_more_than_ten_conversions() -> None:
    ratios = (
        comparison / conversion for conversion, comparison in (times(2000, one_changed, Verdict.DIFFERS, 1) for _ in range(3))
    )
    assert any(ratio < 10 for ratio in ratios)
