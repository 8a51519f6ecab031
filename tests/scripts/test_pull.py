"""`aib2packer pull`: image templates of a stand-in for Azure as files, through failures and interruptions, and their conversion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from building import listing_az
from click.testing import CliRunner, Result

from aib2packer.cli import main
from aib2packer.pull.pulling import FINISHED

SUBSCRIPTIONS = [f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3)]
ONE = SUBSCRIPTIONS[0]
FORBIDDEN = 'Forbidden({"error":{"code":"AuthorizationFailed","message":"The client does not have authorization"}})'
BUSY = 'Too Many Requests({"error":{"code":"ResourceRequestsThrottled","message":"Please try again after \'7\' seconds."}})'


def images(count: int, group: str = "rg-images") -> list[tuple[str, str]]:
    """Groups and names of image templates."""
    return [(group, f"image-{number:03}") for number in range(count)]


@dataclass
class Azure:
    """A stand-in for az, and a folder to pull to."""

    programs: Path
    output: Path
    world: dict[str, Any] = field(default_factory=lambda: {"subscriptions": {ONE: images(3)}, "failures": []})
    pauses: list[float] = field(default_factory=list)

    def words(self, *options: str) -> list[str]:
        """A command line."""
        (self.programs / "world.json").write_text(json.dumps(self.world))
        return ["pull", "-o", str(self.output), *options]

    def pull(self, *options: str, code: int = 0) -> Result:
        """Pulls, which ends with an exit code."""
        result = CliRunner().invoke(main, self.words(*options))
        assert result.exit_code == code, result.output
        return result

    def asked(self, what: str = "") -> list[str]:
        """What az was asked since the last time, of which ``what`` is a part."""
        calls = self.programs / "calls.jsonl"
        found = [" ".join(json.loads(line)) for line in calls.read_text().splitlines()] if calls.exists() else []
        calls.unlink(missing_ok=True)
        return [each for each in found if what in each]

    def files(self) -> dict[str, str]:
        """The image templates in the folder."""
        return {each.relative_to(self.output).as_posix(): each.read_text() for each in sorted(self.output.rglob("*.json"))}


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Azure:
    """One subscription with three image templates; az is the only program on PATH."""
    found = Azure(tmp_path / "bin", tmp_path / "images")
    found.programs.mkdir()
    (found.programs / "az").write_text(f"#!{sys.executable} -IS\n{Path(listing_az.__file__).read_text()}")
    (found.programs / "az").chmod(0o755)
    monkeypatch.setenv("PATH", str(found.programs))
    monkeypatch.setenv("AZ_FOLDER", str(found.programs))
    monkeypatch.setattr("aib2packer.cli.pull.sleep", found.pauses.append)
    return found


def every(*numbers: int) -> list[str]:
    """The options for some of the subscriptions."""
    return [word for number in numbers for word in ("--subscription", SUBSCRIPTIONS[number - 1])]


@pytest.mark.judge
def test_two_hundred_image_templates_of_three_subscriptions_come_through_a_failing_page(azure: Azure) -> None:
    azure.world["subscriptions"] = {each: images(count) for each, count in zip(SUBSCRIPTIONS, (90, 70, 40), strict=True)}
    azure.world["failures"] = [(rf"{SUBSCRIPTIONS[1]}.*imageTemplates\?25", 3, "Service Unavailable({})")]
    first = azure.pull(*every(1, 2, 3), code=1)
    assert (
        "A2P041: Subscription Images 2: Azure failed (Service Unavailable). Run the command again later; it continues."
        in first.stderr
    )
    assert "155 image templates in 3 subscriptions: 155 written." in first.stderr
    assert len(azure.asked("/triggers ")) == 155
    times = {name: (azure.output / name).stat().st_mtime_ns for name in azure.files()}

    second = azure.pull(*every(1, 2, 3))
    assert "200 image templates in 3 subscriptions: 45 written, 155 unchanged." in second.stderr
    assert len(azure.asked("/triggers ")) == 45
    folders = {name.rsplit("/", 1)[0] for name in azure.files()}
    assert len(azure.files()) == 200
    assert folders == {f"Images-{number}/rg-images" for number in (1, 2, 3)}
    assert {name: (azure.output / name).stat().st_mtime_ns for name in times} == times
    assert not (azure.output / FINISHED).exists()


def test_a_run_that_is_killed_is_continued(azure: Azure) -> None:
    azure.world["subscriptions"] = {ONE: images(20)}
    code = "import sys; from aib2packer.cli import main; main(sys.argv[1:])"
    run = subprocess.Popen([sys.executable, "-c", code, *azure.words()], stderr=subprocess.DEVNULL, start_new_session=True)
    while run.poll() is None and len(azure.files()) < 5:
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    there = azure.files()
    assert 5 <= len(there) < 20
    for text in there.values():
        json.loads(text)
    azure.asked()

    result = azure.pull()
    assert "20 image templates" in result.stderr
    assert 20 - len(there) <= len(azure.asked("/triggers ")) <= 20 - len(there) + 1  # the last was perhaps not yet in the list
    assert azure.files().keys() == {f"rg-images/image-{number:03}.json" for number in range(20)}
    assert there.items() <= azure.files().items()
    assert not list(azure.output.rglob(".*"))


def test_what_is_unchanged_is_not_written_and_what_changed_is(azure: Azure) -> None:
    azure.pull()
    before = azure.files()
    changed = azure.output / "rg-images/image-001.json"
    changed.write_text(changed.read_text().replace("echo", "echo of last week"))
    assert "3 image templates in subscription Images 1 (" in azure.pull().stderr
    assert azure.files() == before
    assert "3 unchanged" in azure.pull().stderr


def test_triggers_and_the_last_run_are_in_the_file_and_no_secret_is(azure: Azure) -> None:
    result = azure.pull("-g", "rg-images")
    pulled = json.loads(azure.files()["rg-images/image-000.json"])
    assert pulled["resources"][0]["properties"]["kind"] == "SourceImage"
    assert pulled["properties"]["lastRunStatus"]["runState"] == "Succeeded"
    assert "resources" not in json.loads(azure.files()["rg-images/image-001.json"])
    assert not any(secret in text for text in azure.files().values() for secret in ("Ab%2Bc", "someone@"))
    assert (
        "A2P040: REDACTED stands in the place of what looks like a secret in properties.customize[0].scriptUri. [in 3 templates (rg-images/image-000.json, "
        in result.stderr
    )
    assert "resource group rg-images of subscription Images 1" in result.stderr


def test_what_was_pulled_converts(azure: Azure, tmp_path: Path) -> None:
    azure.world["subscriptions"] = {each: images(2) for each in SUBSCRIPTIONS[:2]}
    azure.pull(*every(1, 2))
    result = CliRunner().invoke(main, ["convert", str(azure.output), "-o", str(tmp_path / "packer")])
    assert result.exit_code == 0, result.output
    found = sorted(each.parent.relative_to(tmp_path / "packer").as_posix() for each in tmp_path.rglob("image.pkr.hcl"))
    assert [each.split("/")[1:] for each in found] == [["rg-images", "image-000"], ["rg-images", "image-001"]] * 2
    assert "A2P414" in result.stderr  # the masked signature is asked for
    assert "A2P605" in result.stderr  # the trigger


def test_a_busy_azure_is_waited_for(azure: Azure) -> None:
    azure.world["failures"] = [("imageTemplates[?]0", 2, BUSY)]
    azure.pull()
    assert azure.pauses == [7, 7]
    azure.world["failures"] = [("image-002/triggers", 9, BUSY.replace("'7'", "'372'"))]
    (azure.programs / "failed-0").unlink()
    result = azure.pull(code=1)
    assert azure.pauses == [7, 7]
    assert (
        "rg-images/image-002.json: Not written, because its triggers are unknown: Azure limits the number of requests (429). "
        in result.stderr
    )
    assert "in 372 seconds" in result.stderr
    assert "1 failed" in result.stderr


def test_what_az_cannot_do_is_one_sentence(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        "--subscription elsewhere: The signed-in account does not see the subscription."
        in azure.pull("--subscription", "elsewhere", code=2).stderr
    )
    assert "-g takes the name of a resource group, not '../x'." in azure.pull("-g", "../x", code=2).stderr
    azure.world["failures"] = [("imageTemplates", 1, FORBIDDEN)]
    refused = azure.pull(code=1).stderr
    assert "no permission to read it (AuthorizationFailed). Ask for the role Reader on it." in refused
    assert "Azure lists no image template" not in refused
    azure.world["subscriptions"] = {}
    assert "Error: az is not signed in. Run `az login`." in azure.pull(code=2).stderr
    monkeypatch.setenv("PATH", "")
    assert "Error: az is not on PATH. Install the Azure CLI." in azure.pull(code=2).stderr
    assert not azure.output.exists()


def test_a_subscription_without_image_templates(azure: Azure) -> None:
    azure.world["subscriptions"] = {ONE: []}
    assert azure.pull("--subscription", "Images 1").stderr == f"Azure lists no image template in subscription Images 1 ({ONE}).\n"
    assert not azure.output.exists()


def test_nothing_of_others_is_overwritten(azure: Azure, tmp_path: Path) -> None:
    azure.world["subscriptions"] = {
        ONE: [("rg-images", "mine"), ("linked", "image"), ("circle", "image"), ("rg-images", "other")]
    }
    (azure.output / "rg-images").mkdir(parents=True)
    (azure.output / "rg-images/mine.json").write_text('{"mine": true}')
    (tmp_path / "elsewhere").mkdir()
    (azure.output / "linked").symlink_to(tmp_path / "elsewhere")
    (azure.output / "circle").symlink_to("circle")
    (azure.output / "rg-images/.other.json.part").symlink_to(tmp_path / "elsewhere/part")
    (azure.output / FINISHED).symlink_to(tmp_path / "elsewhere/list")
    result = azure.pull(code=1)
    assert "A2P042: rg-images/mine.json: Another file is in its place." in result.stderr
    assert "A2P042: circle/image.json: " in result.stderr
    assert "A2P042: linked/image.json: A symbolic link leads out of " in result.stderr
    assert (azure.output / "rg-images/mine.json").read_text() == '{"mine": true}'
    assert not list((tmp_path / "elsewhere").iterdir())
    assert (azure.output / "rg-images/other.json").is_file()


def test_names_that_are_no_file_names(azure: Azure) -> None:
    names = [("RG-a", "image"), ("rg-A", "other"), ("rg(x)", "aux"), ("rg-x-", "Same"), ("rg-x-", "same")]
    azure.world["subscriptions"] = {ONE: names}
    azure.pull()
    files = list(azure.files())
    assert len({name.lower() for name in files}) == len(names)
    assert {"RG-a/image.json", "RG-a/other.json"} <= {*files}
    assert all(name.split("/")[1].partition("-")[0] != "aux" for name in files)
