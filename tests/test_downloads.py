"""Files that a template names by their addresses: downloaded at conversion, by the fetch script, and in the build VM.

Each way meets the same server, with TLS and every trouble: what arrives, what is left, and whether the message says what to do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex

import pytest
from building.real_powershell import needs_powershell, patient_powershell, powershell_environment
from click.testing import CliRunner
from conftest import GOLDEN, SAMPLES
from file_server import BLOB_HOST, POWERSHELL, SCRIPT, TOKEN, TOOL, Authority, FileServer, checksum, has_openssl, serving

from aib2packer.cli import main
from aib2packer.constructs.project import Wanted
from aib2packer.diagnostics.model import Findings
from aib2packer.emitters import vendoring
from aib2packer.ir.template import Secret
from aib2packer.ir.values import Literal

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on PATH (Debian: apt-get install curl)")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="a name that leads to this machine needs root")
needs_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no list of processes in /proc")
needs_wget = pytest.mark.skipif(shutil.which("wget") is None, reason="no wget on PATH (Debian: apt-get install wget)")
pytestmark = pytest.mark.skipif(not has_openssl, reason="no openssl on PATH (Debian: apt-get install openssl)")

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
IDENTITY = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader"
AZ = f"""\
#!/bin/sh
[ "$*" = 'account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv' ] || exit 9
echo {TOKEN}
"""
LESS_PATIENT = """\
#!/bin/sh
exec {curl} "$@" --retry 2 --retry-delay 1 --speed-limit 1000 --speed-time 2
"""
WRONG = "0" * 64
SECRET = "good-c2VjcmV0LXNpZ25hdHVyZQ"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority")).make()


@pytest.fixture
def server(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """The server, known to this process by its names and trusted."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: look_up("127.0.0.1" if host == BLOB_HOST else host, *rest, **more)
    )
    monkeypatch.setattr(vendoring, "Vendoring", partial(vendoring.Vendoring, pause=0.01))
    with serving(authority) as served:
        yield served


@dataclass(frozen=True, slots=True)
class Vendored:
    """What a conversion with downloads gave."""

    exit: int
    said: str
    folder: Path

    @property
    def left(self) -> list[Path]:
        """Everything that stands beside the template."""
        return [path for path in self.folder.parent.iterdir() if path.name != "template.json"]


def template(os_name: str, steps: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """An image template with these steps."""
    linux = {"publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    windows = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2", "version": "latest"}
    image = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/image"
    return {
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "apiVersion": "2024-02-01",
        "location": "westeurope",
        "properties": {
            "source": {"type": "PlatformImage", **(linux if os_name == "Linux" else windows)},
            "customize": steps,
            "distribute": [{"type": "ManagedImage", "runOutputName": "image", "imageId": image, "location": "westeurope"}],
        },
    }


def vendor(folder: Path, step: Mapping[str, object], *arguments: str, os_name: str = "Linux") -> Vendored:
    """Converts a template with this step, downloading now."""
    return convert(folder, template(os_name, [step]), "--downloads", "vendor", *arguments)


def convert(folder: Path, content: Mapping[str, object], *arguments: str) -> Vendored:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.json").write_text(json.dumps(content))
    project = folder / "project"
    result = CliRunner().invoke(main, ["convert", str(folder / "template.json"), "-o", str(project), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Vendored(result.exit_code, result.stderr, project)


def script(url: str, sha256: str | None = None) -> dict[str, object]:
    return {"type": "Shell", "name": "set up", "scriptUri": url, **({"sha256Checksum": sha256} if sha256 else {})}


def file(url: str, sha256: str | None = None, destination: str = "/tmp/tool") -> dict[str, object]:
    checked = {"sha256Checksum": sha256} if sha256 else {}
    return {"type": "File", "name": "tool", "sourceUri": url, "destination": destination, **checked}


def stub(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


# --- at conversion ----------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("path", ["/stall", "/drip"])
def test_downloads_end_in_time(path: str, server: FileServer) -> None:
    wanted = Wanted(address=Secret(Literal(server.url(path))), file="setup.sh", sha256=None, script=True, path="a.b", place=None)
    findings = Findings()
    how = vendoring.Vendoring(stall=0.5, limit=1, attempts=2)
    assert vendoring.download_all({"scripts/setup.sh": wanted}, how, findings) == {}
    (found,) = findings
    assert found.code.id == "A2P027"
    assert "--downloads fetch" in found.message


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


def assert_secret_is_kept(done: Vendored) -> None:
    assert SECRET not in done.said
    for path in done.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


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


# --- scripts/fetch.sh and fetch.ps1 -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Machine:
    """Where scripts run: their commands first on the PATH, a home with curl's and wget's settings."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **variables}
        command = ["sh", str(path)]
        if path.suffix == ".ps1":
            (self.folder / "Windows" / "Temp").mkdir(parents=True, exist_ok=True)
            command = self._with_hosts(patient_powershell(path, self.folder))
            environment = powershell_environment(environment)
        return subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False)

    def _with_hosts(self, command: list[str]) -> list[str]:
        """The command where the name of the blobs' server leads to this machine, as the settings of curl do it."""
        hosts = self.folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {BLOB_HOST}\n")
        return ["unshare", "-m", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$@"', "sh", *command]


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


def to_fetch(folder: Path, *steps: Mapping[str, object]) -> Path:
    """The folder `scripts` of a project with these steps, with the fetch script in it."""
    done = convert(folder / "to-fetch", template("Linux", list(steps)))
    assert done.exit == 0, done.said
    return done.folder / "scripts"


def files_beside(scripts: Path) -> list[str]:
    own = {
        "DeprovisioningScript.sh",
        *(f"{name}{end}" for name in ("fetch", "build", "distribute", "preflight") for end in (".sh", ".ps1")),
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


def test_fetch_keeps_an_archive_packed(server: FileServer, machine: Machine, fetch: str, tmp_path: Path) -> None:
    scripts = to_fetch(tmp_path, file(server.url("/archive.tar.gz")))
    assert machine.run(scripts / fetch).returncode == 0
    assert (scripts / "archive.tar.gz").read_bytes().startswith(b"\x1f\x8b")


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
    patient = (scripts / fetch).read_text()
    (scripts / fetch).write_text(patient.replace("ReadWriteTimeout = 120000", "ReadWriteTimeout = 1000"))
    done = machine.run(scripts / fetch)
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
    return Machine(machine.folder, {**machine.environment, "PATH": str(commands)})


TOOLS = [pytest.param("curl", marks=needs_curl), pytest.param("wget", marks=needs_wget)]


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


@needs_curl
def test_a_step_does_not_wait_for_ever(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = machine.run(in_vm(tmp_path, file(server.url("/stall"), None, "tool")))
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


@needs_curl
def test_a_step_reads_private_blobs_with_the_identity_of_the_vm(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    path = in_vm(tmp_path, script(server.url("/private.sh", BLOB_HOST), checksum(SCRIPT)), [IDENTITY])
    done = machine.run(path)
    assert done.returncode == 0, done.stderr
    assert [asked for asked, _ in server.asked] == ["/metadata/identity/oauth2/token", "/private.sh"]
    assert TOKEN not in done.stdout + done.stderr
    assert nothing_is_left(machine)


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
    """But that a home's `~` stands in quotes, which is meant: the script itself takes it for the home."""
    scripts = [path for path in GOLDEN.rglob("*.sh") if "is_packed() {" in path.read_text()]
    done = subprocess.run(["shellcheck", "-e", "SC2088", *scripts], capture_output=True, text=True, check=False)
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


def power(url: str, sha256: str | None = None, **more: object) -> dict[str, object]:
    return {"type": "PowerShell", "name": "set up", "scriptUri": url, **({"sha256Checksum": sha256} if sha256 else {}), **more}


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
def test_a_windows_step_refuses_a_certificate_of_another_name(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = machine.run(on_windows(tmp_path, power(server.url("/power.ps1", host="127.0.0.1"))))
    assert done.returncode == 1
    assert "certificate" in done.stdout


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
