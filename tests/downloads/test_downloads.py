"""Files that a template names by their URLs: downloaded by the fetch script, and in the build VM.

The real scripts run against a server with TLS: what arrives, what is left, and who can read a secret.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from building.real_packer import needs_packer
from building.real_powershell import needs_powershell, powershell_command, powershell_environment
from downloading import SECRET, SUBSCRIPTION, WRONG, convert, deployment, file, needs_openssl, script, stub, template
from file_server import ALL, BLOB_HOST, SCRIPT, TOKEN, Authority, FileServer, checksum
from paths import GOLDEN

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on PATH (Debian: apt-get install curl)")
needs_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no list of processes in /proc")
pytestmark = [needs_openssl, needs_curl]

IDENTITY = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader"
BASH = pytest.param("bash", marks=pytest.mark.judge)
"""The sh of some machines; Debian's is dash, with which everything runs at once."""
VM_PROFILE = {"userAssignedIdentities": [IDENTITY]}
AZ = """\
#!/bin/sh
# Reads every blob; keeps its words.
echo "$*" >> {words}
while [ $# -gt 0 ]; do
  if [ "$1" = --file ]; then echo blob > "$2"; fi
  shift
done
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where scripts run: its commands first on the PATH, a home with curl's settings, an empty folder for temporary files."""

    folder: Path
    environment: dict[str, str]
    shell: str

    def run(self, script: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a script from another folder than its own."""
        environment = self.environment | variables
        command = [self.shell, str(script)]
        if script.suffix == ".ps1":
            command, environment = powershell_command(script), powershell_environment(environment)
        return subprocess.run(
            command, env=environment, cwd=self.folder / "home", capture_output=True, text=True, timeout=60, check=False
        )

    @property
    def words_of_az(self) -> list[str]:
        """The calls of az."""
        path = self.folder / "az"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def is_clean(self) -> bool:
        """Whether no temporary file is left."""
        return not list((self.folder / "temporary").iterdir())


def machine_with(shell: str, server: FileServer, authority: Authority, folder: Path) -> Machine:
    for name in ("home", "temporary"):
        (folder / name).mkdir()
    (folder / "home" / ".curlrc").write_text(
        f'cacert = "{authority.certificate}"\n'
        f'resolve = "{BLOB_HOST}:443:127.0.0.1"\n'
        f'connect-to = "{BLOB_HOST}:443:127.0.0.1:{server.port}"\n'
        f'connect-to = "169.254.169.254:80:127.0.0.1:{server.plain.server_address[1]}"\n'
    )
    stub(folder / "commands", "az", AZ.format(words=folder / "az"))
    path = f"{folder / 'commands'}:{os.environ['PATH']}"
    places = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "temporary")}
    return Machine(folder, {"PATH": path, "SHELL": "/bin/sh", "CHECKPOINT_DISABLE": "1", **places}, shell)


@pytest.fixture(params=["dash", BASH])
def machine(request: pytest.FixtureRequest, server: FileServer, authority: Authority, tmp_path: Path) -> Machine:
    """With either shell in the place of sh."""
    return machine_with(request.param, server, authority, tmp_path)


# --- the fetch script -------------------------------------------------------------------------------------------------


@pytest.fixture(params=["dash", BASH, pytest.param("powershell", marks=needs_powershell)])
def fetching(request: pytest.FixtureRequest, server: FileServer, authority: Authority, tmp_path: Path) -> Fetching:
    """The fetch script in either language."""
    return Fetching(machine_with(request.param, server, authority, tmp_path))


@dataclass(frozen=True, slots=True)
class Fetching:
    """Projects whose fetch scripts run on a machine."""

    machine: Machine

    def project(self, content: dict[str, object]) -> Path:
        """The folder `scripts` of a project."""
        language = "powershell" if self.machine.shell == "powershell" else "sh"
        done = convert(self.machine.folder / "fetching", content, "--scripts", language)
        assert done.exit == 0, done.said
        assert not done.holds(SECRET)
        (done.folder / "plugins.pkr.hcl").unlink()  # which Debian's Packer cannot read
        return done.folder / "scripts"

    def run(self, scripts: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        (path,) = scripts.glob("fetch.*")
        return self.machine.run(path, **variables)


def downloaded(scripts: Path) -> list[str]:
    """What the fetch script has put there."""
    return sorted(path.name for path in scripts.iterdir() if path.stem not in ("fetch", "DeprovisioningScript"))


@pytest.mark.parametrize(
    "path", ["/setup.sh", "/moved/setup.sh", "/flaky/setup.sh", '/setup/{a,b} [1-2] "ü"/it\'s/setup.sh?v=$HOME']
)
def test_fetch_puts_the_files_into_the_project_and_keeps_those_that_are_right(
    path: str, server: FileServer, fetching: Fetching
) -> None:
    scripts = fetching.project(template(script(server.url(path), checksum(SCRIPT)), file(server.url("/tool"))))
    for _ in range(2):
        done = fetching.run(scripts)
        assert done.returncode == 0, done.stderr
        assert downloaded(scripts) == ["setup.sh", "tool"]
        assert [(scripts / name).read_bytes() for name in ("setup.sh", "tool")] == [SCRIPT, ALL]
        (scripts / "setup.sh").write_bytes(b"changed")
    assert server.paths.count("/tool") == 1


@pytest.mark.parametrize("path", ["/missing", "/private", "/cut", "/loop", "/to-http"])
def test_fetch_stops_at_a_file_that_it_cannot_download(path: str, server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(template(file(server.url(path)), script(server.url("/setup.sh"))))
    done = fetching.run(scripts)
    assert done.returncode != 0
    assert "curl: (" in done.stderr
    assert [name for name in downloaded(scripts) if not name.endswith(".part")] == []


def test_fetch_refuses_another_checksum(server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(template(script(server.url("/setup.sh"), WRONG)))
    done = fetching.run(scripts)
    assert done.returncode != 0
    assert "setup.sh" in done.stdout + done.stderr
    assert "setup.sh" not in downloaded(scripts)


def test_fetch_refuses_a_certificate_of_another_name(server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(template(script(server.url("/setup.sh", host="127.0.0.1"))))
    assert fetching.run(scripts).returncode != 0
    assert server.asked == []


def test_fetch_takes_a_part_of_an_earlier_run_for_nothing(server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(template(script(server.url("/setup.sh"))))
    (scripts / "setup.sh.part").write_bytes(ALL)
    assert fetching.run(scripts).returncode == 0
    assert (scripts / "setup.sh").read_bytes() == SCRIPT


def test_fetch_downloads_a_file_once_for_all_steps_and_validators(server: FileServer, fetching: Fetching) -> None:
    step = script(server.url("/setup.sh"))
    content = template(step, {**step, "name": "again"}, validate={"inVMValidations": [step, script(server.url("/fails.sh"))]})
    scripts = fetching.project(content)
    assert fetching.run(scripts).returncode == 0
    assert server.paths == ["/setup.sh", "/fails.sh"]
    assert downloaded(scripts) == ["fails.sh", "setup.sh"]
    assert not (scripts.parent / "validate" / "scripts").exists()


def test_fetch_reads_a_blob_without_a_sign_in_where_it_can(server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(template(script(f"https://{BLOB_HOST}/setup.sh")))
    done = fetching.run(scripts)
    assert done.returncode == 0, done.stderr
    assert (server.paths, fetching.machine.words_of_az) == (["/setup.sh"], [])


def test_fetch_reads_a_private_blob_as_az_is_signed_in_and_nothing_else(server: FileServer, fetching: Fetching) -> None:
    blob = f"https://{BLOB_HOST}/private.sh"
    other = server.url(f"/private/other.sh?for={blob}")
    scripts = fetching.project(template(script(blob), script(other)))
    done = fetching.run(scripts)
    assert done.returncode != 0
    assert downloaded(scripts) == ["private.sh"]
    assert (scripts / "private.sh").read_text() == "blob\n"
    words = f"storage blob download --auth-mode login --blob-url {blob} --file private.sh.part --output none"
    assert fetching.machine.words_of_az == [words]


@needs_proc
def test_fetch_takes_a_sas_token_from_the_environment_and_shows_it_nobody(server: FileServer, fetching: Fetching) -> None:
    query = f"sv=2022-11-02&sig={SECRET}"
    scripts = fetching.project(template(script(f"https://{BLOB_HOST}/private.sh?{query}")))
    without = fetching.run(scripts)
    assert without.returncode != 0
    assert "PRIVATE_SH_SAS" in without.stderr
    done = fetching.run(scripts, PRIVATE_SH_SAS=query)
    assert done.returncode == 0, done.stderr
    assert server.paths == [f"/private.sh?{query}"]
    assert any("curl" in line for line in server.command_lines)
    assert SECRET not in "".join([done.stdout, done.stderr, *server.command_lines])
    assert fetching.run(scripts).returncode == 0
    assert server.paths == [f"/private.sh?{query}"]
    (scripts / "private.sh").unlink()
    expired = fetching.run(scripts, PRIVATE_SH_SAS="sig=expired")
    assert (expired.returncode != 0, fetching.machine.words_of_az) == (True, [])


PARAMETERS: dict[str, object] = {
    "server": {"type": "string"},
    "sum": {"type": "string", "defaultValue": ""},
    "token": {"type": "secureString"},
}
COMPUTED = "[concat(parameters('server'), '/setup.sh')]"


@needs_packer
@pytest.mark.parametrize(("sha256", "is_right"), [("", True), (checksum(SCRIPT).upper(), True), (WRONG, False)])
def test_packer_computes_urls_and_checksums(sha256: str, is_right: bool, server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(deployment(PARAMETERS, script(COMPUTED, "[parameters('sum')]")))
    (scripts.parent / "values.auto.pkrvars.hcl").write_text(f'server = "{server.url("")}"\n')
    done = fetching.run(scripts, PKR_VAR_sum=sha256)
    assert (done.returncode == 0) == is_right, done.stdout + done.stderr
    assert ("setup.sh" in downloaded(scripts)) == is_right


@needs_packer
def test_a_value_that_is_missing_is_named(server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(deployment(PARAMETERS, script(COMPUTED)))
    done = fetching.run(scripts)
    assert done.returncode != 0
    assert '"${var.server}/setup.sh" has no value yet: set it in values.auto.pkrvars.hcl.' in " ".join(done.stderr.split())
    assert downloaded(scripts) == []


@needs_packer
def test_what_packer_cannot_read_is_shown(server: FileServer, fetching: Fetching) -> None:
    scripts = fetching.project(deployment(PARAMETERS, script(server.url("/setup.sh"), "[parameters('sum')]")))
    (scripts.parent / "broken.pkr.hcl").write_text("no hcl\n")
    done = fetching.run(scripts)
    assert done.returncode != 0
    assert "broken.pkr.hcl" in done.stdout + done.stderr
    assert downloaded(scripts) == []


def test_a_url_with_a_secret_comes_from_the_environment(server: FileServer, fetching: Fetching) -> None:
    step = script(f"[concat('{server.url('/private.sh?')}', parameters('token'))]")
    scripts = fetching.project(deployment(PARAMETERS, step))
    done = fetching.run(scripts, PRIVATE_SH_URL=server.url(f"/private.sh?sig={SECRET}"))
    assert done.returncode == 0, done.stderr
    assert (scripts / "private.sh").read_bytes() == SCRIPT


# --- in the build VM --------------------------------------------------------------------------------------------------


def in_vm(folder: Path, content: dict[str, object]) -> Path:
    """The script of the only step of a project, which downloads in the VM."""
    done = convert(folder / "in-vm", content, "--downloads", "vm")
    assert done.exit == 0, done.said
    assert not done.holds(SECRET)
    (found,) = (done.folder / "scripts").glob("01-*.*")
    return found


@pytest.mark.parametrize("path", ["/setup.sh", "/moved.sh", "/flaky.sh", "/windows-lines.sh", "/setup/{a,b} [1-2]/it's.sh"])
@pytest.mark.parametrize("has_checksum", [False, True])
def test_a_step_downloads_and_runs_its_script(
    path: str, has_checksum: bool, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    data = SCRIPT.replace(b"\n", b"\r\n") if "windows" in path else SCRIPT
    done = machine.run(in_vm(tmp_path, template(script(server.url(path), checksum(data) if has_checksum else None))))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"it ran: {tmp_path}/temporary/")
    assert machine.is_clean


def test_a_script_ends_the_step_with_its_own_exit_code(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    done = machine.run(in_vm(tmp_path, template(script(server.url("/fails.sh")))))
    assert (done.returncode, done.stdout) == (7, "it ran and fails\n")
    assert machine.is_clean


def test_a_script_without_a_first_line_runs_in_the_login_shell(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    path = in_vm(tmp_path, template(script(server.url("/bash.sh"))))
    assert machine.run(path, SHELL="/bin/bash").stdout != "\n"
    assert machine.run(path, SHELL="/bin/dash").stdout == "\n"


@pytest.mark.parametrize(
    ("destination", "place"), [("it's it", "it's it"), ("~/it", "it"), ("there/", "there/tool"), ("there", "there/tool")]
)
def test_a_step_puts_a_file_at_its_destination(
    destination: str, place: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    (tmp_path / "home" / "there").mkdir()
    done = machine.run(in_vm(tmp_path, template(file(server.url("/tool"), checksum(ALL), destination))))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "home" / place).read_bytes() == ALL
    assert machine.is_clean


@pytest.mark.parametrize(
    ("path", "sha256"),
    [("/missing", None), ("/private", None), ("/cut", None), ("/loop", None), ("/to-http", None), ("/setup", WRONG)],
)
def test_a_step_whose_download_fails_runs_nothing(
    path: str, sha256: str | None, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    done = machine.run(in_vm(tmp_path, template(script(server.url(path), sha256))))
    assert done.returncode != 0
    assert done.stderr
    assert "it ran" not in done.stdout
    assert machine.is_clean


@needs_proc
@pytest.mark.parametrize("url", [f"https://{BLOB_HOST}/private.sh", "[concat(parameters('server'), '/private.sh')]"])
def test_a_step_reads_private_blobs_with_the_identity_of_the_vm(
    url: str, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    """The metadata service is asked without a proxy, whatever the settings are."""
    content = deployment(PARAMETERS, script(url), vmProfile=VM_PROFILE)
    done = machine.run(in_vm(tmp_path, content), http_proxy="http://localhost:9", DOWNLOAD_URL=f"https://{BLOB_HOST}/private.sh")
    assert done.returncode == 0, done.stderr
    assert server.signed_in == [None, f"Bearer {TOKEN}"]
    assert TOKEN not in "".join([done.stdout, done.stderr, *server.command_lines])


def test_a_step_sends_the_token_of_the_vm_to_blobs_only(server: FileServer, machine: Machine, tmp_path: Path) -> None:
    content = deployment(PARAMETERS, script(COMPUTED), vmProfile=VM_PROFILE)
    path = in_vm(tmp_path, content)
    for url in (
        server.url("/setup.sh"),
        server.url("/setup.sh?x.blob.core.windows.net/"),
        f"https://{BLOB_HOST}/private.sh?sig=good",
    ):
        assert machine.run(path, DOWNLOAD_URL=url).returncode == 0
    assert server.signed_in == [None, None, None]
    assert machine.run(path, DOWNLOAD_URL=f"https://{BLOB_HOST}/elsewhere.sh").returncode == 0
    assert server.signed_in[3:] == [None, f"Bearer {TOKEN}", None]


@needs_proc
def test_a_step_takes_a_url_with_a_sas_token_from_its_environment_and_hands_it_on_to_nobody(
    server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    path = in_vm(tmp_path, template(script(f"{server.url('/shows.sh')}?sv=2022-11-02&sig={SECRET}")))
    done = machine.run(path, DOWNLOAD_URL=server.url(f"/shows.sh?sig={SECRET}"))
    assert (done.returncode, done.stdout) == (0, "0\n")
    assert server.paths == [f"/shows.sh?sig={SECRET}"]
    assert SECRET not in "".join(server.command_lines)


@pytest.mark.parametrize(("sha256", "is_right"), [("", True), (checksum(SCRIPT), True), (WRONG, False)])
def test_an_empty_checksum_from_outside_is_none(
    sha256: str, is_right: bool, server: FileServer, machine: Machine, tmp_path: Path
) -> None:
    path = in_vm(tmp_path, deployment(PARAMETERS, script(server.url("/setup.sh"), "[parameters('sum')]")))
    done = machine.run(path, DOWNLOAD_SHA256=sha256)
    assert (done.returncode == 0, "it ran" in done.stdout) == (is_right, is_right)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck on PATH (Debian: apt-get install shellcheck)")
def test_shellcheck_finds_nothing() -> None:
    scripts = [path for path in GOLDEN.rglob("*.sh") if "| curl --fail" in path.read_text()]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert len(scripts) > 30
    assert done.returncode == 0, done.stdout[:3000]
    assert max(len(path.read_text().splitlines()) for path in scripts) < 60
