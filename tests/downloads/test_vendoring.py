"""Downloads at conversion (`--downloads vendor`): what arrives, what is refused, and what a person sees."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from downloading import SECRET, WRONG, Conversion, convert, deployment, file, needs_openssl, script, stub, template
from file_server import ALL, BLOB_HOST, PAGE, SCRIPT, TOKEN, FileServer, checksum

from aib2packer.download import vendor as vendoring

pytestmark = needs_openssl

AZ = f"""\
#!/bin/sh
[ "$*" = 'account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv' ] || exit 9
echo {TOKEN}
"""


@pytest.fixture(autouse=True)
def without_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendoring, "Vendoring", partial(vendoring.Vendoring, pause=0.01, stall=0.5, max_bytes=vendoring.MIB))


@pytest.fixture
def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a command az on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    return partial(stub, tmp_path / "bin", "az")


def vendor(folder: Path, *steps: dict[str, object], options: tuple[str, ...] = ()) -> Conversion:
    return convert(folder, template(*steps), "--downloads", "vendor", *options)


@pytest.mark.parametrize("path", ["/setup.sh", "/moved.sh", "/flaky.sh", "/setup/with space/grüße.sh?version=2#top"])
@pytest.mark.parametrize("sha256", [None, checksum(SCRIPT)])
def test_vendor_puts_the_file_into_the_project(path: str, sha256: str | None, server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(server.url(path), sha256))
    assert done.exit == 0, done.said
    (name,) = re.findall(r'script = "\$\{path.root\}/scripts/(.+)"', (done.folder / "image.pkr.hcl").read_text())
    assert (done.folder / "scripts" / name).read_bytes() == SCRIPT
    assert not done.holds("fetch")
    assert checksum(SCRIPT) in (done.folder / ".aib2packer.json").read_text()


@pytest.mark.parametrize(
    ("path", "code", "message", "requests"),
    [
        ("/missing.sh", "A2P020", "localhost has no such file (HTTP 404). Correct the URL", 1),
        ("/private.sh", "A2P021", "localhost denied access (HTTP 409). Use --sign-in az", 1),
        ("/broken.sh", "A2P022", "localhost failed (HTTP 500). Convert again later", 4),
        ("/cut", "A2P023", "the connection broke. Check the URL and the network", 1),
        ("/silent", "A2P023", "localhost cannot be reached", 4),
        ("/huge", "A2P026", "The file is larger than 1 MiB. Use --downloads vm", 1),
        ("/endless", "A2P026", "The file is larger than 1 MiB. Use --downloads vm", 1),
        ("/loop.sh", "A2P028", "localhost redirects more than 5 times. Write the final URL", 6),
        ("/to-http.sh", "A2P030", "localhost uses http. Write an https URL", 1),
        ("/page.sh", "A2P031", "Write the URL of the raw file", 1),
    ],
)
def test_vendor_refuses_and_writes_nothing(
    path: str, code: str, message: str, requests: int, server: FileServer, tmp_path: Path
) -> None:
    done = vendor(tmp_path, script(server.url("/setup.sh")), script(server.url(path)))
    assert done.exit == 1
    assert re.findall(r"template.json:1:\d+: error (A2P\d+): properties.customize\[1\].scriptUri: .*", done.said) == [code]
    assert message in done.said
    assert done.left == []
    assert len(server.asked) == 1 + requests


def test_vendor_takes_a_page_that_is_meant(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(server.url("/page.sh"), checksum(PAGE)), file(server.url("/page/as-file")))
    assert done.exit == 0, done.said


def test_vendor_refuses_another_checksum(server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(server.url("/setup.sh"), WRONG))
    assert (done.exit, done.left) == (1, [])
    assert f"A2P025: properties.customize[0].scriptUri: The sha256 of the download is {checksum(SCRIPT)}." in done.said


@pytest.mark.parametrize("is_known", [True, False])
def test_vendor_refuses_a_certificate_that_is_not_trusted(
    is_known: bool, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_known:
        monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    done = vendor(tmp_path, script(server.url("/setup.sh", host="127.0.0.1" if is_known else "localhost")))
    assert done.exit == 1
    assert "A2P024" in done.said
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "message"),
    [("https://no-such-host.invalid/a.sh", "no-such-host.invalid cannot be found"), ("https://..//a.sh", "not valid")],
)
def test_vendor_names_a_url_that_leads_nowhere(url: str, message: str, server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(url))
    assert done.exit == 1
    assert "A2P023" in done.said
    assert message in done.said


def test_vendor_wants_https_unless_http_is_allowed(server: FileServer, tmp_path: Path) -> None:
    step = script(server.plain_url("/setup.sh"), checksum(SCRIPT))
    refused = vendor(tmp_path, step)
    assert (refused.exit, refused.left, server.asked) == (1, [], [])
    assert "A2P030" in refused.said
    assert vendor(tmp_path, step, options=("--allow-http",)).exit == 0


def test_vendor_goes_through_a_proxy(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.plain_url(""))
    monkeypatch.setenv("no_proxy", "localhost")
    vendor(tmp_path, script("http://files.example/setup.sh"), script(server.plain_url("/tool")), options=("--allow-http",))
    assert server.paths == ["http://files.example/setup.sh", "/tool"]


def test_vendor_downloads_a_file_once_for_all_steps_and_validators(server: FileServer, tmp_path: Path) -> None:
    step = script(server.url("/setup.sh"))
    other = script(server.url("/moved/setup.sh"))
    done = convert(tmp_path, template(step, other, step, validate={"inVMValidations": [step]}), "--downloads", "vendor")
    assert done.exit == 0, done.said
    assert server.paths == ["/setup.sh", "/moved/setup.sh", "/setup.sh"]
    for name in ("setup.sh", "setup-2.sh"):
        assert (done.folder / "scripts" / name).read_bytes() == SCRIPT
    assert '"${path.root}/../scripts/setup.sh"' in (done.folder / "validate" / "image.pkr.hcl").read_text()


def test_a_dry_run_downloads_nothing(server: FileServer, tmp_path: Path) -> None:
    assert vendor(tmp_path, script(server.url("/missing.sh")), options=("--dry-run",)).exit == 0
    assert server.asked == []


@pytest.mark.parametrize("path", ["/private.sh", "/missing.sh"])
def test_a_sas_token_is_used_and_kept_nowhere(path: str, server: FileServer, tmp_path: Path) -> None:
    done = vendor(tmp_path, script(f"{server.url(path)}?sv=2022-11-02&sig={SECRET}"))
    assert done.exit == (0 if path == "/private.sh" else 1)
    assert server.paths == [f"{path}?sv=2022-11-02&sig={SECRET}"]
    assert not done.holds(SECRET)


def test_a_url_must_be_known(server: FileServer, tmp_path: Path) -> None:
    content = deployment({"file": {"type": "string"}}, script(f"[concat('{server.url('/')}', parameters('file'), '.sh')]"))
    unknown = convert(tmp_path, content, "--downloads", "vendor")
    assert unknown.exit == 1
    assert re.search(r"A2P033: .*parameter `file`, which has none\. Pass a value with -p or --set, or use", unknown.said), (
        unknown.said
    )
    assert server.asked == []
    known = convert(tmp_path, content, "--downloads", "vendor", "--set", "file=setup")
    assert known.exit == 0, known.said
    assert SCRIPT in [path.read_bytes() for path in (known.folder / "scripts").iterdir()]


def test_az_signs_in_to_private_blobs_and_to_nothing_else(server: FileServer, tmp_path: Path, az: Callable[[str], None]) -> None:
    az(AZ)
    blob, other, signed = (
        server.url(path, host)
        for path, host in (("/elsewhere.sh", BLOB_HOST), ("/setup.sh", "localhost"), ("/private.sh?SIG=good", BLOB_HOST))
    )
    without = vendor(tmp_path / "without", script(server.url("/private.sh", BLOB_HOST)))
    assert (without.exit, server.signed_in) == (1, [None])
    server.asked.clear()
    done = vendor(
        tmp_path / "signed-in", script(blob), script(other), script(signed.replace("SIG", "sig")), options=("--sign-in", "az")
    )
    assert done.exit == 0, done.said
    assert server.signed_in == [f"Bearer {TOKEN}", None, None, None]


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 1\n", "#!/no/such/program\n"])
def test_a_sign_in_that_fails_names_the_remedy(text: str, server: FileServer, tmp_path: Path, az: Callable[[str], None]) -> None:
    az(text)
    done = vendor(tmp_path / "a", script(server.url("/private.sh", BLOB_HOST)), options=("--sign-in", "az"))
    assert (done.exit, done.left, server.asked) == (1, [], [])
    assert "A2P032" in done.said
    assert "run `az login`" in done.said


@pytest.mark.parametrize("option", [("--allow-http",), ("--sign-in", "az")])
def test_options_of_vendor_go_with_vendor_only(option: tuple[str, ...], tmp_path: Path) -> None:
    done = convert(tmp_path, template(), *option)
    assert done.exit == 2
    assert "--downloads vendor" in done.said


def test_a_watcher_sees_the_progress(server: FileServer, tmp_path: Path) -> None:
    seen: list[object] = []

    class Watcher:
        def begin(self, path: str) -> None:
            seen.append(path)

        def advance(self, path: str, size: int, total: int | None) -> None:
            seen.append((path, size, total))

    content = tmp_path / "template.json"
    convert(tmp_path, template(file(server.url("/tool"))), "--dry-run")
    from aib2packer.batch.jobs import jobs_for
    from aib2packer.batch.outcomes import Settings
    from aib2packer.ir.choices import Choices, Downloads
    from aib2packer.pipeline import Options
    from aib2packer.source.inputs import inputs_of
    from aib2packer.workers import run_jobs

    settings = Settings(options=Options(choices=Choices(downloads=Downloads.VENDOR)))
    (outcome,) = run_jobs(jobs_for(inputs_of([str(content)]), tmp_path / "project"), settings, Watcher())
    assert (seen[0], seen[-1]) == ("scripts/tool", ("scripts/tool", len(ALL), len(ALL))), outcome.findings
