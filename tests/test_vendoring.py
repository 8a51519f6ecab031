"""Downloads at conversion (`--downloads vendor`): what arrives, what is refused, how long it may take, and what it looks like."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import pytest
import test_hcl_conformity
from building.null_project import null_project
from building.real_packer import HAS_PLUGINS, packer
from conftest import needs_packer
from downloading import (
    AZ,
    SECRET,
    WRONG,
    assert_secret_is_kept,
    convert,
    file,
    needs_openssl,
    power,
    script,
    stub,
    template,
    vendor,
)
from file_server import BLOB_HOST, POWERSHELL, SCRIPT, TOKEN, TOOL, ZEROS, FileServer, checksum

from aib2packer.constructs.project import Wanted
from aib2packer.diagnostics.model import Findings
from aib2packer.emitters import vendoring
from aib2packer.emitters.vendoring import Vendoring
from aib2packer.ir.template import Secret
from aib2packer.ir.values import Literal

pytestmark = needs_openssl


def test_an_address_that_a_parameter_makes_is_fixed_at_conversion_and_says_so(server: FileServer, tmp_path: Path) -> None:
    step = script("[concat(parameters('server'), '/setup.sh')]")
    parameters = {"server": {"type": "string", "defaultValue": server.url("")}}
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    deployment = {"$schema": schema, "contentVersion": "1.0.0.0", "parameters": parameters}
    image = {"name": "image", **template("Linux", [step])}
    done = convert(tmp_path, {**deployment, "resources": [image]}, "--downloads", "vendor")
    assert (done.folder / "scripts" / "setup.sh").read_bytes() == SCRIPT, done.said
    assert "A2P120: properties.customize[0].scriptUri: The value is fixed now, with that of the parameter server" in done.said


@pytest.mark.parametrize(
    ("path", "sha256"),
    [
        ("/setup.sh", None),
        ("/setup.sh", checksum(SCRIPT)),
        ("/moved.sh", checksum(SCRIPT)),
        ("/flaky.sh", checksum(SCRIPT)),
        ("/packed.sh", None),
        ("/packed.sh", checksum(SCRIPT)),
        ("/setup.sh?version=2#top", None),
        ("/setup.sh/with space/grüße.sh", None),
    ],
)
def test_vendor_puts_the_file_into_the_project(path: str, sha256: str | None, server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(server.url(path), sha256))
    assert done.exit == 0, done.said
    (name,) = re.findall(r'"\$\{path.root\}/scripts/([^"]+)"\n  }\n\n  # Generalize', (done.folder / "image.pkr.hcl").read_text())
    assert (done.folder / "scripts" / name).read_bytes() == SCRIPT
    assert not (done.folder / "scripts" / "fetch.sh").exists()
    report = (done.folder / "MIGRATION.md").read_text()
    assert f"| `scripts/{name}` | `customize[0].scriptUri` | {len(SCRIPT)} | {checksum(SCRIPT)} |" in report
    assert "fetch" not in report
    assert "fetch" not in done.said


def test_vendor_takes_twenty_megabytes(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, file(server.url("/tool"), checksum(TOOL)))
    assert done.exit == 0, done.said
    assert (done.folder / "scripts" / "tool").read_bytes() == TOOL


def test_vendor_keeps_an_archive_packed(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, file(server.url("/archive.tar.gz")))
    assert done.exit == 0, done.said
    assert (done.folder / "scripts" / "archive.tar.gz").read_bytes().startswith(b"\x1f\x8b")


@pytest.mark.parametrize(
    ("path", "code", "advice", "asked"),
    [
        ("/missing.sh", "A2P020", "correct the address", 1),
        ("/private.sh", "A2P021", "--sign-in az", 1),
        ("/broken.sh", "A2P022", "convert again later", 3),
        ("/cut", "A2P023", "convert again", 3),
        ("/huge", "A2P026", "--downloads vm", 1),
        ("/endless", "A2P026", "--downloads vm", 1),
        ("/loop.sh", "A2P028", "write the address in the end", 6),
        ("/to-http.sh", "A2P029", "write an https address", 1),
        ("/page.sh", "A2P031", "write the address of the raw file", 1),
    ],
)
def test_vendor_refuses_and_writes_nothing(
    path: str, code: str, advice: str, asked: int, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendoring, "Vendoring", partial(vendoring.Vendoring, max_bytes=30 * vendoring.MIB))
    done = vendor(tmp_path, script(server.url(path)))
    assert done.exit == 1
    assert f"error {code}: properties.customize[0].scriptUri: " in done.said
    assert "template.json:1:" in done.said
    assert advice in done.said
    assert done.left == []
    assert len(server.asked) == asked


def test_vendor_refuses_another_file_than_the_template_names(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(server.url("/setup.sh"), WRONG))
    assert done.exit == 1
    assert "A2P025" in done.said
    assert checksum(SCRIPT) in done.said
    assert done.left == []


def test_vendor_refuses_a_certificate_of_another_name(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(server.url("/setup.sh", host="127.0.0.1")))
    assert done.exit == 1
    assert "A2P024" in done.said
    assert "correct the address" in done.said
    assert server.asked == []


def test_vendor_refuses_an_authority_that_nobody_knows(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    done = vendor(tmp_path, script(server.url("/setup.sh")))
    assert done.exit == 1
    assert "A2P024" in done.said
    assert "SSL_CERT_FILE" in done.said


def test_vendor_says_where_there_is_no_host(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script("https://no-such-host.invalid/setup.sh"))
    assert done.exit == 1
    assert "A2P023" in done.said
    assert "no-such-host.invalid" in done.said


def test_vendor_wants_encryption_unless_it_is_allowed_to_do_without(server: FileServer, tmp_path: Path) -> None:
    refused = vendor(tmp_path, script(server.plain_url("/setup.sh"), checksum(SCRIPT)))
    assert refused.exit == 1
    assert "A2P030" in refused.said
    assert "--allow-http" in refused.said
    assert refused.left == []
    assert server.asked == []
    assert vendor(tmp_path, script(server.plain_url("/setup.sh"), checksum(SCRIPT)), "--allow-http").exit == 0


# --- limits -----------------------------------------------------------------------------------------------------------


def download(address: str, how: Vendoring) -> tuple[bytes | None, str]:
    """One file, or what is found against it."""
    wanted = Wanted(address=Secret(Literal(address)), file="setup.sh", sha256=None, script=False, path="a.b", place=None)
    findings = Findings()
    files = vendoring.download_all({"scripts/setup.sh": wanted}, how, findings)
    return files.get("scripts/setup.sh"), " ".join(f"{found.code.id}: {found.message}" for found in findings)


@pytest.mark.parametrize("path", ["/stall", "/drip"])
def test_downloads_end_in_time(path: str, server: FileServer) -> None:
    data, said = download(server.url(path), Vendoring(stall=0.5, limit=1, attempts=2, pause=0.01))
    assert data is None
    assert said.startswith("A2P027")
    assert "--downloads fetch" in said


def test_eight_files_are_downloaded_at_the_same_time(server: FileServer, tmp_path: Path) -> None:
    """The server answers nobody before eight have asked."""
    steps = [{**script(server.url(f"/together/{number}.sh")), "name": f"step {number}"} for number in range(8)]
    done = convert(tmp_path, template("Linux", steps), "--downloads", "vendor")
    assert done.exit == 0, done.said
    assert sorted(path.name for path in (done.folder / "scripts").glob("?.sh")) == [f"{number}.sh" for number in range(8)]


@pytest.mark.parametrize(("size", "is_taken"), [(100 * vendoring.MIB, True), (100 * vendoring.MIB + 1, False)])
def test_a_hundred_mebibytes_are_taken_and_no_more(size: int, is_taken: bool, server: FileServer) -> None:
    data, said = download(server.plain_url(f"/sized/{size}"), Vendoring(allow_http=True))
    assert (data is not None) == is_taken, said
    assert ("A2P026: The file is larger than 100 MiB" in said) != is_taken


@pytest.mark.parametrize(("seconds", "is_taken"), [(300, True), (300.1, False)])
def test_a_download_takes_five_minutes_and_no_more(
    seconds: float, is_taken: bool, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter((1000.0, 1000 + seconds))
    monkeypatch.setattr(vendoring, "time", SimpleNamespace(monotonic=partial(next, times, 1000 + seconds)))
    data, said = download(server.url("/setup.sh"), Vendoring())
    assert (data is not None) == is_taken, said
    assert ("A2P027: The download was not complete after 300 seconds" in said) != is_taken


def test_a_silent_server_is_given_up_after_half_a_minute_and_asked_again_after_growing_pauses(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[tuple[str, object]] = []

    def time_out(*_: object, timeout: float) -> None:
        waits.append(("waits", timeout))
        raise TimeoutError

    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: waits.append(("pauses", seconds)))
    monkeypatch.setattr(vendoring, "Vendoring", Vendoring)
    monkeypatch.setattr(vendoring, "time", clock)
    monkeypatch.setattr(vendoring.OpenerDirector, "open", time_out)
    done = vendor(tmp_path, script(server.url("/silent")))
    assert waits == [("waits", 30), ("pauses", 1), ("waits", 30), ("pauses", 2), ("waits", 30)]
    assert "localhost sent nothing for 30 seconds" in done.said


def test_what_a_server_packs_is_unpacked_up_to_the_limit_only(server: FileServer) -> None:
    """No matter how many bytes there would be: no more of them get into the memory."""
    data, _ = download(server.url("/bomb"), Vendoring(max_bytes=ZEROS))
    assert data == bytes(ZEROS)
    tracemalloc.start()
    try:
        data, said = download(server.url("/bomb"), Vendoring(max_bytes=ZEROS // 32))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert data is None
    assert "A2P026" in said
    assert most < ZEROS // 4


# --- several files, and secrets ---------------------------------------------------------------------------------------


def test_one_failure_leaves_all_files_unwritten(server: FileServer, tmp_path: Path) -> None:
    steps = [script(server.url("/setup.sh")), file(server.url("/missing")), file(server.url("/loop"))]
    done = convert(tmp_path, template("Linux", steps), "--downloads", "vendor")
    assert done.exit == 1
    assert re.findall(r"error (A2P\d+): properties\.(customize\[\d\])", done.said) == [
        ("A2P020", "customize[1]"),
        ("A2P028", "customize[2]"),
    ]
    assert done.left == []


def test_files_of_the_same_name_and_of_validators_have_places_of_their_own(server: FileServer, tmp_path: Path) -> None:
    content = template("Linux", [script(server.url("/setup.sh")), script(server.url("/moved/setup.sh"))])
    properties = content["properties"]
    assert isinstance(properties, dict)
    properties["validate"] = {"inVMValidations": [script(server.url("/setup.sh"))]}
    done = convert(tmp_path, content, "--downloads", "vendor")
    assert done.exit == 0, done.said
    for path in ("scripts/setup.sh", "scripts/setup-2.sh", "validate/scripts/setup.sh"):
        assert (done.folder / path).read_bytes() == SCRIPT


def test_a_dry_run_downloads_nothing(server: FileServer, tmp_path: Path) -> None:
    assert vendor(tmp_path, script(server.url("/missing.sh")), "--dry-run").exit == 0
    assert server.asked == []


def test_a_signature_is_used_and_kept_nowhere(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(f"{server.url('/private.sh')}?sv=2022-11-02&sig={SECRET}"))
    assert done.exit == 0, done.said
    assert_secret_is_kept(done)
    refused = vendor(tmp_path / "refused", script(f"{server.url('/missing.sh')}?sv=2022-11-02&sig={SECRET}"))
    assert refused.exit == 1
    assert_secret_is_kept(refused)


def test_a_secret_shows_nothing_of_itself() -> None:
    assert SECRET not in repr(Secret(Literal(SECRET)))
    assert SECRET not in str(Secret(Literal(SECRET)))


def test_parameters_complete_an_address(server: FileServer, tmp_path: Path) -> None:
    resource = template("Linux", [script(f"[concat('{server.url('/')}', parameters('file'), '.sh')]")])
    deployment = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"file": {"type": "string"}},
        "resources": [{**resource, "name": "base"}],
    }
    unknown = convert(tmp_path, deployment, "--downloads", "vendor")
    assert unknown.exit == 1
    assert "A2P033" in unknown.said
    assert "file" in unknown.said
    assert "--set" in unknown.said
    assert server.asked == []
    known = convert(tmp_path, deployment, "--downloads", "vendor", "--set", "file=setup")
    assert known.exit == 0, known.said


def test_az_signs_in_to_private_blobs_and_to_nothing_else(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub(tmp_path / "bin", "az", AZ)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    without = vendor(tmp_path / "without", script(server.url("/private.sh", BLOB_HOST)))
    assert without.exit == 1
    signed_in = vendor(tmp_path / "blob", script(server.url("/private.sh", BLOB_HOST)), "--sign-in", "az")
    assert signed_in.exit == 0, signed_in.said
    other = vendor(tmp_path / "other", script(server.url("/private.sh")), "--sign-in", "az")
    assert other.exit == 1
    assert [headers.get("Authorization") for _, headers in server.asked] == [None, f"Bearer {TOKEN}", None]


def test_the_token_does_not_follow_to_another_host(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(tmp_path / "bin", "az", AZ)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    done = vendor(tmp_path / "a", script(server.url("/elsewhere.sh", BLOB_HOST)), "--sign-in", "az")
    assert done.exit == 0, done.said
    assert [headers.get("Authorization") for _, headers in server.asked] == [f"Bearer {TOKEN}", None]


@pytest.mark.parametrize("query", [None, "sv=2022-11-02&sig=good", "sp=r&SIG=good"])
def test_no_token_goes_without_encryption_or_beside_a_signature(
    query: str | None, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub(tmp_path / "bin", "az", f"#!/bin/sh\ntouch '{tmp_path}/asked'\necho {TOKEN}\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    address = f"{server.url('/setup.sh', BLOB_HOST)}?{query}" if query else server.plain_url("/setup.sh", BLOB_HOST)
    done = vendor(tmp_path / "a", script(address), "--sign-in", "az", "--allow-http")
    assert done.exit == 0, done.said
    assert [headers.get("Authorization") for _, headers in server.asked] == [None]
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize("az", [None, "#!/bin/sh\necho 'run az login' >&2\nexit 1\n"])
def test_a_sign_in_that_fails_says_what_to_do(
    az: str | None, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    if az is not None:
        stub(tmp_path / "bin", "az", az)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin" if az else str(tmp_path / "bin"))
    done = vendor(tmp_path / "a", script(server.url("/private.sh", BLOB_HOST)), "--sign-in", "az")
    assert done.exit == 1
    assert "A2P032" in done.said
    assert "az login" in done.said
    assert done.left == []
    assert server.asked == []


@pytest.mark.parametrize("option", [["--allow-http"], ["--sign-in", "az"]])
def test_options_of_vendor_go_with_vendor_only(option: list[str], tmp_path: Path) -> None:
    done = convert(tmp_path, template("Linux", []), *option)
    assert done.exit == 2
    assert "--downloads vendor" in done.said


# --- what a person sees -----------------------------------------------------------------------------------------------


class Terminal:
    """A run of aib2packer on a terminal, or with its errors in a pipe."""

    def __init__(self, folder: Path, step: Mapping[str, object], *arguments: str, is_terminal: bool = True) -> None:
        (folder / "template.json").write_text(json.dumps(template("Linux", [step])))
        self.screen, errors = pty.openpty() if is_terminal else os.pipe()
        command = [sys.executable, "-m", "aib2packer", "convert", "template.json", "-o", "project", "--downloads", "vendor"]
        environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "CI")}
        self.process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env={**environment, "TERM": "xterm", "COLUMNS": "100"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        os.close(errors)
        self.shown = ""

    def shows(self, text: str) -> bool:
        """Waits for a text, or for the end of what is shown."""
        while text not in self.shown and select.select([self.screen], [], [], 20)[0]:
            try:
                data = os.read(self.screen, 65536)
            except OSError:  # a terminal that nobody writes to any more
                return False
            if not data:
                return False
            self.shown += data.decode(errors="replace")
        return text in self.shown

    def end(self) -> int:
        """Its exit code, with all shown that there is."""
        self.shows("\0")
        os.close(self.screen)
        return self.process.wait(20)


def test_a_terminal_shows_how_far_a_download_is(server: FileServer, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, file(server.url("/half"), checksum(TOOL)))
    assert terminal.shows("10.5/21.0 MB"), terminal.shown
    assert "scripts/half" in terminal.shown
    server.go_on.set()
    assert terminal.end() == 0, terminal.shown
    assert (tmp_path / "project" / "scripts" / "half").read_bytes() == TOOL


def test_a_terminal_shows_a_download_that_begins_again(server: FileServer, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, script(server.url("/moved.sh")))
    assert terminal.shows("scripts/moved.sh"), terminal.shown
    assert terminal.end() == 0, terminal.shown


@pytest.mark.parametrize(("arguments", "is_terminal"), [((), False), (("--quiet",), True)])
def test_bars_are_for_terminals_that_want_them(
    arguments: tuple[str, ...], is_terminal: bool, server: FileServer, tmp_path: Path
) -> None:
    server.go_on.set()
    terminal = Terminal(tmp_path, file(server.url("/half"), checksum(TOOL)), *arguments, is_terminal=is_terminal)
    assert terminal.end() == 0, terminal.shown
    assert "MB" not in terminal.shown
    assert "\x1b" not in terminal.shown


# --- what Packer sees -------------------------------------------------------------------------------------------------

CONNECTIONS = {
    "Linux": {"communicator": "ssh", "ssh_host": "127.0.0.1", "ssh_username": "packer", "ssh_password": "none"},
    "Windows": {"communicator": "winrm", "winrm_host": "127.0.0.1", "winrm_username": "packer", "winrm_password": "none"},
}
GOLDEN_CHECKS = [
    check
    for name, check in vars(test_hcl_conformity).items()
    if name.startswith("test_") and list(signature(check).parameters) == ["project"]
]
"""What every golden project has to pass."""


def steps_on(os_name: str, server: FileServer) -> list[dict[str, object]]:
    """A script and a file."""
    place = "/tmp/notes.txt" if os_name == "Linux" else "c:\\notes.txt"
    url = server.url("/setup.sh") if os_name == "Linux" else server.url("/power.ps1")
    first = script(url, checksum(SCRIPT)) if os_name == "Linux" else power(url, checksum(POWERSHELL))
    return [first, file(server.url("/windows-lines/notes.txt"), None, place)]


@pytest.mark.parametrize(("os_name", "name", "data"), [("Linux", "setup.sh", SCRIPT), ("Windows", "power.ps1", POWERSHELL)])
def test_a_vendored_project_passes_what_goldens_pass(
    os_name: str, name: str, data: bytes, server: FileServer, tmp_path: Path
) -> None:
    done = convert(tmp_path, template(os_name, steps_on(os_name, server)), "--downloads", "vendor")
    assert done.exit == 0, done.said
    project = test_hcl_conformity.Project(done.folder)
    uploads = [each.settings["source"] for each in project.root.of("provisioner file") if each.settings.get("name") == "tool"]
    assert (done.folder / "scripts" / name).read_bytes() == data
    assert (done.folder / "scripts" / "notes.txt").read_bytes() == SCRIPT.replace(b"\n", b"\r\n")
    assert uploads == [test_hcl_conformity.Live('"${path.root}/scripts/notes.txt"')]
    assert len(GOLDEN_CHECKS) > 10
    for check in GOLDEN_CHECKS:
        check(project)


@needs_packer
@pytest.mark.parametrize("os_name", ["Linux", "Windows"])
def test_packer_takes_a_vendored_project(os_name: str, server: FileServer, tmp_path: Path) -> None:
    done = convert(tmp_path, template(os_name, steps_on(os_name, server)), "--downloads", "vendor")
    form = packer("fmt", "-check", "-diff", ".", folder=done.folder)
    assert form.exit == 0, form.output
    project = test_hcl_conformity.Project(done.folder)
    if HAS_PLUGINS:
        assert test_hcl_conformity.validated(project, tmp_path / "copy") == ""
    rehearsal = null_project(project.files, CONNECTIONS[os_name])
    rehearsal.write(tmp_path / "rehearsal")
    validated = packer("validate", *rehearsal.arguments, folder=tmp_path / "rehearsal")
    assert validated.exit == 0, validated.output
    (tmp_path / "rehearsal" / "scripts" / "notes.txt").unlink()
    assert packer("validate", *rehearsal.arguments, folder=tmp_path / "rehearsal").exit != 0


@pytest.mark.parametrize("step", [power, partial(file, destination="c:\\tool")])
def test_vendor_refuses_another_file_on_windows_too(
    step: Callable[[str, str], dict[str, object]], server: FileServer, tmp_path: Path
) -> None:
    done = vendor(tmp_path, step(server.url("/power.ps1"), WRONG), os_name="Windows")
    assert done.exit == 1
    assert re.search(r"error A2P025: properties\.customize\[0\]\.s(criptUri|ourceUri|ha256Checksum)", done.said), done.said
    assert done.left == []
