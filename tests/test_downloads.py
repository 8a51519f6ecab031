"""Files that a template names by their addresses: downloaded by the fetch script, and in the build VM.

Each way meets the same server, with TLS and every trouble: what arrives, what is left, and whether the message says what to do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from urllib.parse import unquote

import pytest
from building.real_powershell import needs_powershell, patient_powershell, powershell_environment
from conftest import GOLDEN, SAMPLES
from downloading import (
    AZ,
    SECRET,
    SUBSCRIPTION,
    WRONG,
    assert_secret_is_kept,
    convert,
    file,
    needs_openssl,
    power,
    script,
    stub,
    template,
)
from file_server import BLOB_HOST, LARGE_POWERSHELL, PACKED, POWERSHELL, SCRIPT, TOKEN, TOOL, Authority, FileServer, checksum

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on PATH (Debian: apt-get install curl)")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="a name that leads to this machine needs root")
needs_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no list of processes in /proc")
needs_wget = pytest.mark.skipif(shutil.which("wget") is None, reason="no wget on PATH (Debian: apt-get install wget)")
pytestmark = needs_openssl

WGET = """\
#!/bin/sh
# Finds the metadata service at the test's server, whose authority it trusts whatever its settings are.
for word; do
  shift
  set -- "$@" "$(printf %s "$word" | sed 's|^http://169.254.169.254/|{server}/|')"
done
exec {wget} --ca-certificate={certificate} "$@"
"""
NO_PROXY_THERE = "http://localhost:9"
IDENTITY = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader"
LESS_PATIENT = """\
#!/bin/sh
exec {curl} "$@" --retry 1 --retry-delay 1
"""


# --- scripts/fetch.sh and fetch.ps1 -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Machine:
    """Where scripts run: their commands first on the PATH, a home with curl's and wget's settings."""

    folder: Path
    environment: Mapping[str, str]
    is_blob_host: bool = False
    """Whether the name of the blobs' server leads to this machine; always so for PowerShell."""

    def run(self, path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **variables}
        command = ["sh", str(path)]
        if path.suffix == ".ps1":
            (self.folder / "Windows" / "Temp").mkdir(parents=True, exist_ok=True)
            command = self._with_hosts(patient_powershell(path, self.folder))
            environment = powershell_environment(environment)
        elif self.is_blob_host:
            command = self._with_hosts(command)
        return subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False)

    def _with_hosts(self, command: list[str]) -> list[str]:
        """The command where the name of the blobs' server leads to this machine, as the settings of curl do it."""
        hosts = self.folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {BLOB_HOST}\n")
        unshare, mount = str(shutil.which("unshare")), shutil.which("mount")
        return [unshare, "-m", "sh", "-c", f'{mount} --bind {hosts} /etc/hosts && exec "$@"', "sh", *command]


@pytest.fixture
def machine(server: FileServer, authority: Authority, tmp_path: Path) -> Machine:
    home, commands, temporary = tmp_path / "home", tmp_path / "commands", tmp_path / "temporary"
    for folder in (home, temporary):
        folder.mkdir()
    (home / ".curlrc").write_text(
        f'cacert = "{authority.certificate}"\n'
        f'resolve = "{BLOB_HOST}:{server.port}:127.0.0.1"\n'
        f'connect-to = "169.254.169.254:80:127.0.0.1:{server.plain.server_address[1]}"\n'
    )
    (home / ".wgetrc").write_text(f"ca_certificate = {authority.certificate}\ntries = 1\n")
    stub(commands, "az", AZ)
    stub(commands, "sleep", "#!/bin/sh\nexec /bin/sleep 0.1\n")
    stub(commands, "curl", LESS_PATIENT.format(curl=shutil.which("curl")))
    path = f"{commands}:/usr/local/bin:/usr/bin:/bin"
    trusted = {"SSL_CERT_FILE": str(authority.certificate)}
    return Machine(home, {"HOME": str(home), "PATH": path, "TMPDIR": str(temporary), "SHELL": "/bin/sh", **trusted})


@pytest.fixture(
    params=[pytest.param("fetch.sh", marks=needs_curl), pytest.param("fetch.ps1", marks=[needs_powershell, needs_root])]
)
def fetch(request: pytest.FixtureRequest) -> str:
    """The name of the script; both do the same."""
    return str(request.param)


each_packed = pytest.mark.parametrize(
    ("path", "sha256", "data"),
    [
        pytest.param("/archive.tar.gz", None, PACKED, id="by the name"),
        pytest.param("/archive.tgz", None, PACKED, id="by the short name"),
        pytest.param("/archive.tar.gz", checksum(PACKED), PACKED, id="archive, packed by the checksum"),
        pytest.param("/archive.tar.gz", checksum(SCRIPT), SCRIPT, id="archive, unpacked by the checksum"),
        pytest.param("/packed", checksum(PACKED), PACKED, id="packed by the checksum"),
        pytest.param("/packed", None, SCRIPT, id="unpacked"),
        pytest.param("/said-to-be-packed", None, SCRIPT, id="said to be packed"),
    ],
)
each_odd_address = pytest.mark.parametrize("path", ["/setup.sh/{a,b}.sh", "/setup.sh/[1].sh", "/setup.sh/[1-2].sh"])
"""In which curl would see several addresses."""


def to_fetch(folder: Path, *steps: Mapping[str, object]) -> Path:
    """The folder `scripts` of a project with these steps, with the fetch script in it."""
    done = convert(folder / "to-fetch", template("Linux", list(steps)))
    assert done.exit == 0, done.said
    return done.folder / "scripts"


def hurried(path: Path, limit: str = "ReadWriteTimeout") -> Path:
    """The script, with a second in the place of its minutes; ``limit`` is which of those of PowerShell."""
    limits, short = r"--speed-limit 1 --speed-time (?:60|120)\b", "--speed-limit 1000 --speed-time 1"
    if path.suffix == ".ps1":
        limits, short = rf"({re.escape(limit)} =) (?:600|120)000\b", r"\1 1000"
    text, changes = re.subn(limits, short, path.read_text())
    assert changes == 1
    path.write_text(text.replace("--tries 2 --timeout 60", "--tries 1 --timeout 1").replace("$attempt -ge 5", "$attempt -ge 2"))
    return path


def files_beside(scripts: Path) -> list[str]:
    own = {
        "DeprovisioningScript.sh",
        *(f"fetch{end}" for end in (".sh", ".ps1")),
    }
    return sorted(path.name for path in scripts.iterdir() if path.name not in own)


@pytest.mark.parametrize(
    ("path", "sha256"),
    [
        ("/setup.sh", None),
        ("/setup.sh", checksum(SCRIPT)),
        ("/moved/setup.sh", None),
        ("/flaky/setup.sh", None),
        ("/packed/setup.sh", None),
        ("/packed/setup.sh", checksum(SCRIPT)),
    ],
)
def test_fetch_puts_the_file_into_the_project(
    path: str, sha256: str | None, server: FileServer, machine: Machine, fetch: str, tmp_path: Path
) -> None:
    scripts = to_fetch(tmp_path, script(server.url(path), sha256))
    done = machine.run(scripts / fetch)
    assert done.returncode == 0, done.stderr
    assert (scripts / "setup.sh").read_bytes() == SCRIPT
    assert files_beside(scripts) == ["setup.sh"]
    asked = len(server.asked)
    again = machine.run(scripts / fetch)
    assert again.returncode == 0, again.stderr
    assert (len(server.asked) == asked) == (sha256 is not None)


def test_fetch_takes_twenty_megabytes(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, file(server.url("/tool"), checksum(TOOL)))
    assert machine.run(scripts / fetch).returncode == 0
    assert (scripts / "tool").read_bytes() == TOOL


@each_packed
def test_fetch_unpacks_what_is_not_meant_packed(
    path: str, sha256: str | None, data: bytes, server: FileServer, machine: Machine, fetch: str, tmp_path: Path
) -> None:
    scripts = to_fetch(tmp_path, file(server.url(path), sha256))
    done = machine.run(scripts / fetch)
    assert done.returncode == 0, done.stderr
    assert (scripts / path.strip("/")).read_bytes() == data
    assert files_beside(scripts) == [path.strip("/")]


@each_odd_address
def test_fetch_takes_an_address_to_the_letter(
    path: str, server: FileServer, machine: Machine, fetch: str, tmp_path: Path
) -> None:
    scripts = to_fetch(tmp_path, script(server.url(path)))
    done = machine.run(scripts / fetch)
    assert [unquote(target) for target in server.targets] == [path]
    assert done.returncode == 0, done.stderr
    (found,) = files_beside(scripts)
    assert (scripts / found).read_bytes() == SCRIPT


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("/missing.sh", "check the address"),
        ("/private.sh", "AZURE_STORAGE_AUTH=login"),
        ("/cut", "run this again"),
        ("/stall", "run this again"),
        ("/loop.sh", "write the address that the file has in the end"),
        ("/to-http.sh", "write the address that the file has in the end"),
    ],
)
def test_fetch_fails_and_leaves_nothing(
    path: str, advice: str, server: FileServer, machine: Machine, fetch: str, tmp_path: Path
) -> None:
    scripts = to_fetch(tmp_path, script(server.url(path)))
    done = machine.run(hurried(scripts / fetch))
    assert done.returncode == 1
    assert advice in done.stderr
    assert files_beside(scripts) == []


def test_fetch_refuses_another_file_than_the_template_names(
    server: FileServer, machine: Machine, fetch: str, tmp_path: Path
) -> None:
    scripts = to_fetch(tmp_path, script(server.url("/setup.sh"), WRONG))
    done = machine.run(scripts / fetch)
    assert done.returncode == 1
    assert checksum(SCRIPT) in done.stderr
    assert "sha256Checksum" in done.stderr
    assert files_beside(scripts) == []


def test_fetch_refuses_a_certificate_of_another_name(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, script(server.url("/setup.sh", host="127.0.0.1")))
    done = machine.run(scripts / fetch)
    assert done.returncode == 1
    assert "certificate" in done.stderr
    assert files_beside(scripts) == []


@needs_curl
def test_fetch_continues_what_was_cut_off(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, file(server.url("/cut-once"), checksum(TOOL)))
    first = machine.run(scripts / "fetch.sh")
    assert first.returncode == 1
    assert "run this again" in first.stderr
    assert files_beside(scripts) == ["cut-once.part"]
    second = machine.run(scripts / "fetch.sh")
    assert second.returncode == 0, second.stderr
    assert server.asked[-1][1]["Range"] == f"bytes={len(TOOL) // 2}-"
    assert (scripts / "cut-once").read_bytes() == TOOL
    assert files_beside(scripts) == ["cut-once"]


def test_fetch_begins_again_where_the_halves_do_not_fit(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, file(server.url("/tool"), checksum(TOOL)))
    (scripts / "tool.part").write_bytes(b"of another file")
    done = machine.run(scripts / fetch)
    assert done.returncode == 0, done.stderr
    assert (scripts / "tool").read_bytes() == TOOL


def test_fetch_keeps_what_is_right_when_another_file_fails(
    server: FileServer, machine: Machine, fetch: str, tmp_path: Path
) -> None:
    scripts = to_fetch(tmp_path, script(server.url("/setup.sh"), checksum(SCRIPT)), file(server.url("/missing")))
    assert machine.run(scripts / fetch).returncode == 1
    assert files_beside(scripts) == ["setup.sh"]
    machine.run(scripts / fetch)
    assert server.times("/setup.sh") == 1


def test_fetch_signs_in_to_private_blobs_and_to_nothing_else(
    server: FileServer, machine: Machine, fetch: str, tmp_path: Path
) -> None:
    blob = to_fetch(tmp_path / "blob", script(server.url("/private.sh", BLOB_HOST)))
    assert machine.run(blob / fetch).returncode == 1
    assert machine.run(blob / fetch, AZURE_STORAGE_AUTH="login").returncode == 0
    assert (blob / "private.sh").read_bytes() == SCRIPT
    other = to_fetch(tmp_path / "other", script(server.url(f"/private.sh?for=https://{BLOB_HOST}/")))
    assert machine.run(other / fetch, AZURE_STORAGE_AUTH="login").returncode == 1
    assert [headers.get("Authorization") for _, headers in server.asked] == [None, f"Bearer {TOKEN}", None]


def test_fetch_sends_a_token_on_to_nobody(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, script(server.url("/elsewhere.sh", BLOB_HOST)))
    done = machine.run(scripts / fetch, AZURE_STORAGE_AUTH="login")
    assert done.returncode == 1
    assert "write the address that the file has in the end" in done.stderr
    assert [(path, headers.get("Authorization")) for path, headers in server.asked] == [("/elsewhere.sh", f"Bearer {TOKEN}")]
    assert files_beside(scripts) == []


def test_fetch_says_where_az_gives_no_token(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    stub(tmp_path / "commands", "az", "#!/bin/sh\nexit 1\n")
    scripts = to_fetch(tmp_path, script(server.url("/private.sh", BLOB_HOST)))
    done = machine.run(scripts / fetch, AZURE_STORAGE_AUTH="login")
    assert done.returncode == 1
    assert "az login" in done.stderr
    assert files_beside(scripts) == []


def test_fetch_takes_the_signature_from_the_environment(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, script(f"{server.url('/private.sh')}?sv=2022-11-02&sig={SECRET}"))
    without = machine.run(scripts / fetch)
    assert without.returncode == 1
    assert "PRIVATE_SH_SAS" in without.stderr
    done = machine.run(scripts / fetch, PRIVATE_SH_SAS=f"sv=2022-11-02&sig={SECRET}")
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr


@needs_proc
def test_fetch_shows_the_signature_in_no_command_line(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    secret = f"good-{token_hex()}"
    scripts = to_fetch(tmp_path, script(f"{server.url('/watched.sh')}?sv=2022-11-02&sig={secret}"))
    done = machine.run(scripts / fetch, WATCHED_SH_SAS=f"sv=2022-11-02&sig={secret}")
    assert done.returncode == 0, done.stderr
    assert_nobody_can_read(secret, server, fetch)


@needs_curl
@needs_proc
def test_fetch_shows_the_token_in_no_command_line(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, script(server.url("/watched.sh", BLOB_HOST)))
    done = machine.run(scripts / "fetch.sh", AZURE_STORAGE_AUTH="login")
    assert done.returncode == 0, done.stderr
    assert_nobody_can_read(TOKEN, server, "fetch.sh")


def assert_nobody_can_read(secret: str, server: FileServer, name: str) -> None:
    """The list of processes had the script while it was downloading, and the secret nowhere."""
    assert any(name in line for line in server.command_lines)
    assert not any(secret in line for line in server.command_lines)


@needs_curl
@pytest.mark.parametrize("odd", ['"', "\\", '\\"', "\\n", "'", "$HOME", "`id`", "%22", "#", " "])
def test_fetch_asks_for_what_curl_asks_for_by_itself(odd: str, server: FileServer, machine: Machine, tmp_path: Path) -> None:
    """Whatever stands in a signature, no character has a meaning for the way on which curl is told the address."""
    address, signature = server.url("/private.sh"), f"sig=good{odd}&more={odd}x"
    scripts = to_fetch(tmp_path, script(f"{address}?sig=x"))
    fetched = machine.run(scripts / "fetch.sh", PRIVATE_SH_SAS=signature)
    asked = server.targets.copy()
    words = ["curl", "-s", "-o", os.devnull, f"{address}?{signature}"]
    by_itself = subprocess.run(words, env=dict(machine.environment), check=False)
    assert (fetched.returncode == 0) == (by_itself.returncode == 0)
    assert asked == server.targets[len(asked) :]


# --- in the build VM --------------------------------------------------------------------------------------------------


def in_vm(folder: Path, step: Mapping[str, object], identities: Sequence[str] = (), os_name: str = "Linux") -> Path:
    """The script of a project with this one step, which downloads by itself."""
    content = template(os_name, [step])
    properties = content["properties"]
    assert isinstance(properties, dict)
    properties["vmProfile"] = {"userAssignedIdentities": list(identities)}
    done = convert(folder / "in-vm", content, "--downloads", "vm")
    assert done.exit == 0, done.said
    assert_secret_is_kept(done)
    (found,) = (done.folder / "scripts").glob("01-*.*")
    return found


def nothing_is_left(machine: Machine) -> bool:
    return not list(Path(machine.environment["TMPDIR"]).iterdir()) and not list(machine.folder.glob("*tool*"))


def only(machine: Machine, tool: str, folder: Path) -> Machine:
    """The machine with one of curl and wget."""
    if tool == "curl":
        return machine
    commands = folder / "only"
    commands.mkdir()
    for name in (
        "sh",
        "mktemp",
        "rm",
        "grep",
        "gzip",
        "sha256sum",
        "cut",
        "tr",
        "cat",
        "sed",
        "chmod",
        "head",
        "cp",
        "mv",
        "wget",
        "env",
    ):
        (commands / name).symlink_to(str(shutil.which(name)))
    stub(commands, "sleep", "#!/bin/sh\nexit 0\n")
    return replace(machine, environment={**machine.environment, "PATH": str(commands)})


def with_blobs(machine: Machine, tool: str, server: FileServer, folder: Path) -> Machine:
    """The machine with one of curl and wget, which finds blobs and a metadata service."""
    if tool == "wget":
        machine = replace(only(machine, tool, folder), is_blob_host=True)
        settings = {
            "wget": shutil.which("wget"),
            "server": server.plain_url(""),
            "certificate": machine.environment["SSL_CERT_FILE"],
        }
        (folder / "only" / "wget").unlink()
        stub(folder / "only", "wget", WGET.format(**settings))
    return machine


TOOLS = [pytest.param("curl", marks=needs_curl), pytest.param("wget", marks=needs_wget)]
TOOLS_FOR_BLOBS = [TOOLS[0], pytest.param("wget", marks=[needs_wget, needs_root])]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("path", "sha256"),
    [
        ("/setup.sh", None),
        ("/setup.sh", checksum(SCRIPT)),
        ("/moved.sh", checksum(SCRIPT)),
        ("/flaky.sh", checksum(SCRIPT)),
        ("/packed.sh", None),
        ("/packed.sh", checksum(SCRIPT)),
        ("/windows-lines.sh", None),
    ],
)
def test_a_step_downloads_and_runs_its_script(
    tool: str, path: str, sha256: str | None, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = only(machine, tool, tmp_path).run(in_vm(tmp_path, script(server.url(path), sha256)))
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"it ran: /tmp/script_\w+\n", done.stdout)
    assert not Path(done.stdout.removeprefix("it ran: ").strip()).exists()
    assert nothing_is_left(machine)


@needs_curl
def test_a_script_ends_the_step_with_its_own_exit_code(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = machine.run(in_vm(tmp_path, script(server.url("/fails.sh"))))
    assert (done.returncode, done.stdout) == (7, "it ran and fails\n")
    assert nothing_is_left(machine)


@needs_curl
def test_a_script_without_a_first_line_runs_in_the_login_shell(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = machine.run(in_vm(tmp_path, script(server.url("/no-first-line.sh"))), SHELL="/bin/bash")
    assert done.stdout == "it ran in /bin/bash\n"


@needs_curl
@pytest.mark.parametrize(
    ("destination", "where"),
    [("tool", "tool"), ("~/tool", "tool"), ("~/", "tool"), ("~", "tool"), ("it's the tool", "it's the tool")],
)
def test_a_step_puts_a_file_at_its_destination(
    destination: str, where: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = machine.run(in_vm(tmp_path, file(server.url("/tool"), checksum(TOOL), destination)))
    assert done.returncode == 0, done.stderr
    assert (machine.folder / where).read_bytes() == TOOL


@needs_wget
def test_a_step_with_wget_takes_twenty_megabytes(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = only(machine, "wget", tmp_path).run(in_vm(tmp_path, file(server.url("/tool"), checksum(TOOL), "tool")))
    assert done.returncode == 0, done.stderr
    assert (machine.folder / "tool").read_bytes() == TOOL


@pytest.mark.parametrize("tool", TOOLS)
@each_packed
def test_a_step_unpacks_what_is_not_meant_packed(
    path: str, sha256: str | None, data: bytes, tool: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = only(machine, tool, tmp_path).run(in_vm(tmp_path, file(server.url(path), sha256, "tool")))
    assert done.returncode == 0, done.stderr
    assert (machine.folder / "tool").read_bytes() == data


@pytest.mark.parametrize("tool", TOOLS)
@each_odd_address
def test_a_step_takes_an_address_to_the_letter(
    path: str, tool: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = only(machine, tool, tmp_path).run(in_vm(tmp_path, script(server.url(path))))
    assert [unquote(target) for target in server.targets] == [path]
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"it ran: /tmp/script_\w+\n", done.stdout)


@needs_curl
def test_a_place_that_cannot_be_written_is_named(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = machine.run(in_vm(tmp_path, file(server.url("/tool"), None, "/no/such/place/tool")))
    assert done.returncode == 1
    assert "/no/such/place/tool" in done.stderr
    assert "sudo" in done.stderr
    assert nothing_is_left(machine)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("/missing", "check the address"),
        ("/private", "vmProfile.userAssignedIdentities"),
        ("/broken", "check the address"),
        ("/cut", "the network of the build VM"),
        ("/loop", "write the address that the file has in the end"),
        ("/to-http", "write the address that the file has in the end"),
    ],
)
def test_a_step_whose_download_fails_ends_the_build_and_leaves_nothing(
    tool: str, path: str, advice: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = only(machine, tool, tmp_path).run(in_vm(tmp_path, file(server.url(path), None, "tool")))
    assert done.returncode == 1
    assert advice in done.stderr
    assert nothing_is_left(machine)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_step_does_not_wait_for_ever(tool: str, server: FileServer, machine: Machine, tmp_path: Path) -> None:
    path = hurried(in_vm(tmp_path, file(server.url("/stall"), None, "tool")))
    done = only(machine, tool, tmp_path).run(path)
    assert server.hung_up.get(timeout=5) == "/stall"
    assert done.returncode == 1
    assert "the network of the build VM" in done.stderr
    assert nothing_is_left(machine)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_step_refuses_another_file_than_the_template_names(
    tool: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = only(machine, tool, tmp_path).run(in_vm(tmp_path, script(server.url("/setup.sh"), WRONG)))
    assert done.returncode == 1
    assert "it ran" not in done.stdout
    assert "sha256Checksum" in done.stderr
    assert nothing_is_left(machine)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_step_refuses_a_certificate_of_another_name(tool: str, server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = only(machine, tool, tmp_path).run(in_vm(tmp_path, script(server.url("/setup.sh", host="127.0.0.1"))))
    assert done.returncode == 1
    assert "certificate" in done.stderr
    assert nothing_is_left(machine)


def test_a_step_without_curl_and_wget_says_so(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    path = in_vm(tmp_path, script(server.url("/setup.sh")))
    bare = only(machine, "neither", tmp_path)
    (tmp_path / "only" / "wget").unlink(missing_ok=True)
    done = bare.run(path)
    assert done.returncode == 1
    assert "neither curl nor wget" in done.stderr


@pytest.mark.parametrize("tool", TOOLS_FOR_BLOBS)
def test_a_step_reads_private_blobs_with_the_identity_of_the_vm(
    tool: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    """The metadata service is asked without a proxy, whatever the settings are."""
    path = in_vm(tmp_path, script(server.url("/private.sh", BLOB_HOST), checksum(SCRIPT)), [IDENTITY])
    done = with_blobs(machine, tool, server, tmp_path).run(path, http_proxy=NO_PROXY_THERE)
    assert done.returncode == 0, done.stderr
    assert [asked for asked, _ in server.asked] == ["/metadata/identity/oauth2/token", "/private.sh"]
    assert [headers.get("Authorization") for _, headers in server.asked] == [None, f"Bearer {TOKEN}"]
    assert TOKEN not in done.stdout + done.stderr
    assert nothing_is_left(machine)


@pytest.mark.parametrize("tool", TOOLS_FOR_BLOBS)
def test_a_step_sends_its_token_on_to_nobody(tool: str, server: FileServer, machine: Machine, tmp_path: Path) -> None:
    path = in_vm(tmp_path, script(server.url("/elsewhere.sh", BLOB_HOST)), [IDENTITY])
    done = with_blobs(machine, tool, server, tmp_path).run(path)
    assert done.returncode == 1
    assert "write the address that the file has in the end" in done.stderr
    assert [asked for asked, _ in server.asked] == ["/metadata/identity/oauth2/token", "/elsewhere.sh"]
    assert server.asked[1][1]["Authorization"] == f"Bearer {TOKEN}"
    assert nothing_is_left(machine)


@needs_proc
@pytest.mark.parametrize("tool", TOOLS_FOR_BLOBS)
def test_a_step_shows_its_token_in_no_command_line(tool: str, server: FileServer, machine: Machine, tmp_path: Path) -> None:
    path = in_vm(tmp_path, script(server.url("/watched.sh", BLOB_HOST)), [IDENTITY])
    done = with_blobs(machine, tool, server, tmp_path).run(path)
    assert done.returncode == 0, done.stderr
    assert_nobody_can_read(TOKEN, server, path.name)


def asks_for_checksum(folder: Path, step: Mapping[str, object], os_name: str) -> Path:
    """The script of a step whose checksum is a parameter that is empty unless somebody says more."""
    deployment = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"sum": {"type": "string", "defaultValue": ""}},
        "resources": [{**template(os_name, [{**step, "sha256Checksum": "[parameters('sum')]"}]), "name": "base"}],
    }
    done = convert(folder / "asks", deployment, "--downloads", "vm")
    assert done.exit == 0, done.said
    (found,) = (done.folder / "scripts").glob("01-*.*")
    return found


@needs_curl
@pytest.mark.parametrize(("sha256", "exit_code"), [("", 0), (checksum(SCRIPT), 0), (WRONG, 1)])
def test_an_empty_checksum_from_outside_is_none(
    sha256: str, exit_code: int, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    path = asks_for_checksum(tmp_path, script(server.url("/setup.sh")), "Linux")
    done = machine.run(path, DOWNLOAD_SHA256=sha256)
    assert done.returncode == exit_code, done.stderr
    assert ("it ran" in done.stdout) == (exit_code == 0)
    assert ("sha256Checksum" in done.stderr) == (exit_code != 0)


@needs_curl
def test_a_step_takes_its_signature_from_the_environment_and_hands_it_on_to_nobody(
    server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    path = in_vm(tmp_path, script(f"{server.url('/private.sh')}?sv=2022-11-02&sig={SECRET}"))
    done = machine.run(path, DOWNLOAD_SIGNATURE=f"sv=2022-11-02&sig={SECRET}")
    assert done.returncode == 0, done.stderr
    shows = in_vm(tmp_path / "shows", script(f"{server.url('/shows.sh')}?sv=2022-11-02&sig={SECRET}"))
    assert machine.run(shows, DOWNLOAD_SIGNATURE="sig=x").stdout == "0\n"


@needs_proc
@pytest.mark.parametrize("tool", TOOLS)
def test_a_step_shows_its_signature_in_no_command_line(tool: str, server: FileServer, machine: Machine, tmp_path: Path) -> None:
    secret = f"good-{token_hex()}"
    path = in_vm(tmp_path, script(f"{server.url('/watched.sh')}?sv=2022-11-02&sig={secret}"))
    done = only(machine, tool, tmp_path).run(path, DOWNLOAD_SIGNATURE=f"sv=2022-11-02&sig={secret}")
    assert done.returncode == 0, done.stderr
    assert_nobody_can_read(secret, server, path.name)
    assert nothing_is_left(machine)


def test_packer_hands_on_secrets_and_nothing_else_in_a_file(tmp_path: Path) -> None:
    """A secret parameter in the address may be the signature, also where it stands in a variable."""
    addresses = {
        "signed": "https://files.example.com/setup.sh?sv=2022-11-02&sig=x",
        "secret": "[concat('https://files.example.com/setup.sh?', parameters('secret'))]",
        "by a variable": "[concat(variables('address'), '')]",
        "live": "[concat('https://files.example.com/', parameters('name'))]",
        "known": "https://files.example.com/setup.sh",
    }
    steps = [{"type": "Shell", "name": name, "scriptUri": address} for name, address in addresses.items()]
    deployment = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"secret": {"type": "secureString"}, "name": {"type": "string"}},
        "variables": {"address": "[concat('https://files.example.com/setup.sh?', parameters('secret'))]"},
        "resources": [{**template("Linux", steps), "name": "base"}],
    }
    done = convert(tmp_path, deployment, "--downloads", "vm")
    assert done.exit == 0, done.said
    blocks = re.findall(
        r'provisioner "shell" \{\n +name += "(.*?)"\n(.*?)\n  \}', (done.folder / "image.pkr.hcl").read_text(), re.DOTALL
    )
    hidden = {name for name, body in blocks if "use_env_var_file = true" in body and "{{ .EnvVarFile }}" in body}
    assert hidden == {"signed", "secret", "by a variable"}


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck on PATH (Debian: apt-get install shellcheck)")
def test_shellcheck_has_nothing_to_say() -> None:
    scripts = [path for path in GOLDEN.rglob("*.sh") if "is_packed() {" in path.read_text()]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert len(scripts) > 30
    assert done.returncode == 0, done.stdout[:3000]


# --- on Windows -------------------------------------------------------------------------------------------------------

WRITTEN = sorted(path for path in GOLDEN.glob("downloads-vm-*/**/*.ps1") if "Save-Download" in path.read_text())


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_powershell_keeps_its_rules(path: Path) -> None:
    text = path.read_text()
    sample = json.loads((SAMPLES / path.parent.parent.name / "template.json").read_text())
    assert "sig=" not in text.replace("'[?&]sig='", "")
    assert text.count("{") == text.count("}")
    assert text.index("$ErrorActionPreference = 'Stop'") > text.index("function Save-Download")
    if "$sha256 = " in text:
        assert text.index("Get-FileHash") > text.index("Save-Answer $address")
    failure = int(re.findall(r"^  exit (\d+)$", text, re.MULTILINE)[0])
    assert failure != 0
    for name in re.findall(r"\$env:(DOWNLOAD_\w+)", text):
        assert f"'Env:{name}'" in text
    number = int(path.name[:2]) - 1
    steps = sample.get("properties", {}).get("customize")
    if isinstance(steps, list):
        assert failure not in steps[number].get("validExitCodes", [])


def on_windows(folder: Path, step: Mapping[str, object], identities: Sequence[str] = ()) -> Path:
    return in_vm(folder, step, identities, "Windows")


def nothing_is_left_on_windows(machine: Machine) -> bool:
    return not list((machine.folder / "Windows" / "Temp").iterdir())


runs_powershell = [needs_powershell, needs_root]


@pytest.mark.parametrize("path", [pytest.param(path, marks=runs_powershell) for path in ("/power.ps1", "/moved-to-power.ps1")])
@pytest.mark.parametrize("sha256", [None, checksum(POWERSHELL), checksum(POWERSHELL).upper()])
def test_a_windows_step_downloads_and_runs_its_script(
    path: str, sha256: str | None, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = machine.run(on_windows(tmp_path, power(server.url(path), sha256)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(r"it ran: .*01-set-up\.ps1\n", done.stdout)
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
def test_a_windows_script_ends_the_step_with_its_own_exit_code(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = machine.run(on_windows(tmp_path, power(server.url("/power-fails.ps1"))))
    assert (done.returncode, done.stdout) == (7, "it ran and fails\n")
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
@pytest.mark.parametrize(
    ("destination", "where"), [("c:\\tools\\deep\\tool.bin", "tools/deep/tool.bin"), ("c:\\tools\\", "tools/tool")]
)
def test_a_windows_file_is_put_at_its_destination(
    destination: str, where: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = machine.run(on_windows(tmp_path, file(server.url("/tool"), checksum(TOOL), destination)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (machine.folder / where).read_bytes() == TOOL
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
def test_a_windows_script_may_have_twenty_megabytes(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    url = server.url("/power-large.ps1")
    done = machine.run(on_windows(tmp_path, power(url, checksum(LARGE_POWERSHELL))))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(r"it ran: .*01-set-up\.ps1\n", done.stdout)
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
@each_packed
def test_a_windows_step_unpacks_what_is_not_meant_packed(
    path: str, sha256: str | None, data: bytes, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = machine.run(on_windows(tmp_path, file(server.url(path), sha256, "c:\\tool")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (machine.folder / "tool").read_bytes() == data
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
@pytest.mark.parametrize(("path", "limit"), [("/stall", "ReadWriteTimeout"), ("/silent", "$request.Timeout")])
def test_a_windows_step_does_not_wait_for_ever(
    path: str, limit: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = machine.run(hurried(on_windows(tmp_path, power(server.url(path))), limit))
    assert server.hung_up.get(timeout=5) == path
    assert server.times(path) == 2
    assert done.returncode == 1
    assert "the network of the build VM" in done.stdout
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
@pytest.mark.parametrize(("sha256", "exit_code"), [("", 0), (checksum(POWERSHELL), 0), (WRONG, 1)])
def test_an_empty_checksum_from_outside_is_none_on_windows(
    sha256: str, exit_code: int, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    """In Windows, a variable that is empty is not there."""
    path = asks_for_checksum(tmp_path, power(server.url("/power.ps1")), "Windows")
    done = machine.run(path, **({"DOWNLOAD_SHA256": sha256} if sha256 else {}))
    assert done.returncode == exit_code, done.stdout + done.stderr
    assert ("it ran" in done.stdout) == (exit_code == 0)
    assert ("sha256Checksum" in done.stdout) == (exit_code != 0)


@needs_powershell
@needs_root
@pytest.mark.parametrize(
    ("step", "advice"),
    [
        (("/missing", None), "check the address"),
        (("/private.ps1", None), "vmProfile.userAssignedIdentities"),
        (("/broken", None), "the server does not give it (500)"),
        (("/cut", None), "the network of the build VM"),
        (("/loop", None), "write the address that the file has in the end"),
        (("/to-http", None), "write the address that the file has in the end"),
        (("/power.ps1", WRONG), "sha256Checksum"),
    ],
)
def test_a_windows_step_whose_download_fails_ends_the_build_and_leaves_nothing(
    step: tuple[str, str | None], advice: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    path, sha256 = step
    done = machine.run(on_windows(tmp_path, power(server.url(path), sha256, validExitCodes=[0, 1])))
    assert done.returncode == 2
    assert advice in done.stdout
    assert "it ran" not in done.stdout
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
@pytest.mark.parametrize("step", [power, partial(file, destination="c:\\tool")])
def test_a_windows_step_refuses_a_certificate_of_another_name(
    step: Callable[[str], dict[str, object]], server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = machine.run(on_windows(tmp_path, step(server.url("/power.ps1", host="127.0.0.1"))))
    assert done.returncode == 1
    assert "certificate" in done.stdout
    assert "it ran" not in done.stdout
    assert server.asked == []
    assert not (machine.folder / "tool").exists()
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
def test_a_windows_step_reads_private_blobs_with_the_identity_of_the_vm(
    server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    path = on_windows(tmp_path, power(server.url("/private.ps1", BLOB_HOST), checksum(POWERSHELL)), [IDENTITY])
    done = machine.run(path, http_proxy=server.plain_url(""))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [asked for asked, _ in server.asked] == ["/metadata/identity/oauth2/token", "/private.ps1"]
    assert TOKEN not in done.stdout + done.stderr


@needs_powershell
@needs_root
def test_a_windows_step_sends_its_token_on_to_nobody(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    path = on_windows(tmp_path, power(server.url("/elsewhere.ps1", BLOB_HOST)), [IDENTITY])
    done = machine.run(path, http_proxy=server.plain_url(""))
    assert done.returncode == 1
    assert "write the address that the file has in the end" in done.stdout
    assert [asked for asked, _ in server.asked] == ["/metadata/identity/oauth2/token", "/elsewhere.ps1"]
    assert server.asked[1][1]["Authorization"] == f"Bearer {TOKEN}"
    assert nothing_is_left_on_windows(machine)


@needs_powershell
@needs_root
def test_a_windows_step_takes_its_signature_from_the_environment_and_hands_it_on_to_nobody(
    server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    path = on_windows(tmp_path, power(f"{server.url('/private.ps1')}?sv=2022-11-02&sig={SECRET}"))
    done = machine.run(path, DOWNLOAD_SIGNATURE=f"sv=2022-11-02&sig={SECRET}")
    assert done.returncode == 0, done.stdout + done.stderr
    shows = on_windows(tmp_path / "shows", power(f"{server.url('/power-shows.ps1')}?sv=2022-11-02&sig={SECRET}"))
    assert machine.run(shows, DOWNLOAD_SIGNATURE="sig=x").stdout == "0\n"


@needs_powershell
@needs_root
def test_a_windows_step_shows_its_signature_in_no_command_line(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    secret = f"good-{token_hex()}"
    path = on_windows(tmp_path, power(f"{server.url('/watched.ps1')}?sv=2022-11-02&sig={secret}"))
    done = machine.run(path, DOWNLOAD_SIGNATURE=f"sv=2022-11-02&sig={secret}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert_nobody_can_read(secret, server, path.name)
