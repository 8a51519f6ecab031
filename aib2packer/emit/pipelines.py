"""A pipeline that runs the whole build: a workflow of GitHub Actions, or a pipeline of Azure DevOps.

Source: https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/azure-cli-v2, https://github.com/Azure/login.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.emit.fetch_scripts import reads_blobs
from aib2packer.emit.run_lines import commands_in
from aib2packer.emit.yaml_text import Below, Commented, Expression, Noted, Script, Yaml, document
from aib2packer.ir.choices import Auth, Pipeline
from aib2packer.ir.clouds import PUBLIC
from aib2packer.ir.defaults import BUILD_MINUTES
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Script as File
from aib2packer.lowering.open_values import secrets_in_environment
from aib2packer.lowering.run_lines import VERSION, Call, CheckValues, Line, Stage, sets_version

PACKER = "1.16.0"
"""The version that pipelines install."""
PATHS = {Pipeline.GITHUB: ".github/workflows/image.yml", Pipeline.AZURE_DEVOPS: "azure-pipelines.yml"}

_CHECKOUT = Noted(Expression("actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"), "v7.0.1")
_SETUP_PACKER = Noted(Expression("hashicorp/setup-packer@1aa358be5cf73883762b302a3a03abd66e75b232"), "v3.1.0")
_LOGIN = Noted(Expression("azure/login@f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca"), "v3.0.1")
_UPLOAD = Noted(Expression("actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"), "v7.0.0")

_MARGIN = 30
"""Minutes for Packer to clean up after the time limit of the build."""
_TOKEN_MINUTES = 60
_HOSTED_MINUTES = 360
_LONG = ("build", "validate")
_WITH_AZ = ("version", "release", "distribute")
_WEEKLY = "0 3 * * 1"
_HEADING = "Runs what Image Builder ran. The project must be at the root of the repository."
_SCHEDULE = "Instead of a trigger or autoRun of the image template:"


_VALIDATE = Stage(name="check", title="Check the project", lines=(Call(("packer", "validate", ".")),))


def pipeline_files(build: Build) -> tuple[File, ...]:
    """The pipeline of the chosen service."""
    chosen = build.choices.pipeline
    if chosen is None or build.keeps_nothing:
        return ()
    return (File(path=PATHS[chosen], text=_TEXTS[chosen](_run_of(build))),)


class _Run(Struct, frozen=True, kw_only=True):
    """What a pipeline runs: ``minutes`` is the template's time limit, ``secrets`` are variables of the environment."""

    stages: tuple[Stage, ...]
    minutes: int
    builds: int
    secrets: tuple[str, ...]
    auth: Auth
    cloud: str
    reads_blobs: bool
    own_agent: str

    @property
    def is_long(self) -> bool:
        """Whether az's token may expire before the run ends."""
        return self.minutes > _TOKEN_MINUTES

    def needs_az(self, stage: Stage) -> bool:
        """Whether a stage needs az to be signed in."""
        fetches = self.reads_blobs and stage.name == "fetch"
        return fetches or stage.name in _WITH_AZ or (self.auth is Auth.CLI and stage.name in _LONG)

    def lines(self, stage: Stage) -> tuple[str, ...]:
        """The commands of a stage, line by line; Packer cleans up when its time is over."""
        return tuple("\n".join(commands_in(map(self._limited, stage.lines))).split("\n"))

    def _limited(self, line: Line) -> Line:
        if isinstance(line, Call) and line.words[:2] == ("packer", "build"):
            return replace(line, words=("timeout", f"{self.minutes}m", *line.words))
        return line


def _run_of(build: Build) -> _Run:
    stages = [*build.run.stages]
    first = next((number for number, stage in enumerate(stages) if stage.name == "build"), None)
    if first is not None and not any(isinstance(line, CheckValues) for stage in stages for line in stage.lines):
        stages.insert(first, _VALIDATE)
    minutes = build.run.minutes or BUILD_MINUTES
    builds = sum(stage.name in _LONG for stage in stages)
    reasons = {
        "An agent inside the subnet: Packer connects to the VM there": build.run.in_subnet,
        "An agent with a managed identity": build.choices.auth is Auth.MANAGED_IDENTITY,
        "Hosted agents end a job after 6 hours": minutes * builds + _MARGIN > _HOSTED_MINUTES,
    }
    return _Run(
        stages=tuple(stages),
        minutes=minutes,
        builds=builds,
        secrets=secrets_in_environment(build),
        auth=build.choices.auth,
        cloud="" if build.cloud is PUBLIC else build.cloud.name.lower(),
        reads_blobs=reads_blobs(build),
        own_agent=next((reason for reason, holds in reasons.items() if holds), ""),
    )


def _limit(run: _Run) -> Yaml:
    times = f" for each of {run.builds} builds" if run.builds > 1 else ""
    whole = run.minutes * run.builds + _MARGIN
    return Noted(whole, f"buildTimeoutInMinutes ({run.minutes}){times}, and {_MARGIN} for Packer to clean up")


# --- GitHub Actions -----------------------------------------------------------------------------------------------

_FEDERATED = (Auth.CLI, Auth.OIDC)
_TOKENS = {"id-token": Noted("write", "signs in to Azure without a secret")}
_APPLICATION = "an application with a federated credential for it"
_ACCOUNTS = {
    Auth.CLI: _APPLICATION,
    Auth.OIDC: _APPLICATION,
    Auth.SERVICE_PRINCIPAL: "a service principal",
    Auth.MANAGED_IDENTITY: "the runner's managed identity",
}
_CLIENT = {"ARM_CLIENT_ID": "vars.AZURE_CLIENT_ID", "ARM_TENANT_ID": "vars.AZURE_TENANT_ID"}
_SIGN_IN = {
    Auth.OIDC: _CLIENT,
    Auth.SERVICE_PRINCIPAL: {**_CLIENT, "ARM_CLIENT_SECRET": "secrets.AZURE_CLIENT_SECRET"},
    Auth.MANAGED_IDENTITY: {"PKR_VAR_client_id": "vars.AZURE_CLIENT_ID"},
}
_ID: Mapping[str, Yaml] = {
    "client-id": Expression("${{ vars.AZURE_CLIENT_ID }}"),
    "tenant-id": Expression("${{ vars.AZURE_TENANT_ID }}"),
    "subscription-id": Expression("${{ vars.AZURE_SUBSCRIPTION_ID }}"),
}
_CREDENTIALS = (
    """'{"clientId": "${{ vars.AZURE_CLIENT_ID }}", "clientSecret": "${{ secrets.AZURE_CLIENT_SECRET }}", """
    """"tenantId": "${{ vars.AZURE_TENANT_ID }}", "subscriptionId": "${{ vars.AZURE_SUBSCRIPTION_ID }}"}'"""
)
_LOGINS: Mapping[Auth, Mapping[str, Yaml]] = {
    Auth.CLI: _ID,
    Auth.OIDC: _ID,
    Auth.SERVICE_PRINCIPAL: {"creds": Expression(_CREDENTIALS)},
    Auth.MANAGED_IDENTITY: {"auth-type": "IDENTITY", **_ID},
}


def _github(run: _Run) -> str:
    schedule = Below(_SCHEDULE, Commented([{"cron": _WEEKLY}]))
    job: dict[str, Yaml] = {
        "runs-on": Noted("self-hosted", run.own_agent) if run.own_agent else "ubuntu-24.04",
        "timeout-minutes": _limit(run),
        "permissions": {"contents": "read", **(_TOKENS if run.auth in _FEDERATED else {})},
        **({"env": env} if (env := _github_environment(run)) else {}),
        "steps": list(_github_steps(run)),
    }
    body: dict[str, Yaml] = {
        "name": "image",
        "on": {"workflow_dispatch": None, "schedule": schedule},
        "permissions": {},
        "concurrency": {"group": "image"},
        "jobs": {"image": job},
    }
    return document([*_github_heading(run)], body)


def _github_heading(run: _Run) -> Iterator[str]:
    yield _HEADING
    *names, last = _github_variables(run)
    listed = f"{', '.join(names)} and {last}" if names else last
    yield f"Variables of the repository: {listed}, of {_ACCOUNTS[run.auth]}."
    secrets = [*(["AZURE_CLIENT_SECRET"] if run.auth is Auth.SERVICE_PRINCIPAL else []), *map(_secret_name, run.secrets)]
    if secrets:
        yield f"Secrets of the repository: {', '.join(secrets)}."


def _github_variables(run: _Run) -> tuple[str, ...]:
    """The steps that sign in Packer, and az if a stage calls it."""
    if any(map(run.needs_az, run.stages)):
        return ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID")
    return ("AZURE_CLIENT_ID",) if run.auth is Auth.MANAGED_IDENTITY else ("AZURE_CLIENT_ID", "AZURE_TENANT_ID")


def _github_environment(run: _Run) -> dict[str, Yaml]:
    names = {name: f"secrets.{_secret_name(name)}" for name in run.secrets}
    return {name: Expression(f"${{{{ {value} }}}}") for name, value in {**_SIGN_IN.get(run.auth, {}), **names}.items()}


def _secret_name(variable: str) -> str:
    """The name of a secret; GitHub and Azure DevOps take letters, digits and underscores.

    >>> _secret_name("PKR_VAR_adminPassword")
    'ADMINPASSWORD'
    """
    return re.sub(r"\W", "_", variable.removeprefix("PKR_VAR_"), flags=re.ASCII).upper()


def _github_steps(run: _Run) -> Iterator[Yaml]:
    yield {"uses": _CHECKOUT, "with": {"persist-credentials": False}}
    yield {"uses": _SETUP_PACKER, "with": {"version": PACKER}}
    signed_in = False
    for stage in run.stages:
        if run.needs_az(stage) and not signed_in:
            yield _github_login(run)
            signed_in = True
        exported = [f'echo "{VERSION}=${VERSION}" >> "$GITHUB_ENV"'] if any(map(sets_version, stage.lines)) else []
        yield {"name": stage.title, "run": Script((*run.lines(stage), *exported))}
        signed_in = signed_in and not (run.is_long and stage.name in _LONG)
    if any(stage.name == "build" for stage in run.stages):
        kept: Yaml = {"name": "manifest", "path": "manifest.json", "if-no-files-found": "ignore"}
        yield {"uses": _UPLOAD, "if": "always()", "with": kept}


def _github_login(run: _Run) -> Yaml:
    account = {"environment": run.cloud, **_LOGINS[run.auth]} if run.cloud else _LOGINS[run.auth]
    step: dict[str, Yaml] = {"uses": _LOGIN, "with": account}
    ends_early = run.is_long and run.auth is Auth.CLI
    return Below("The token lasts an hour. Convert with --auth oidc for longer builds.", step) if ends_early else step


# --- Azure DevOps -------------------------------------------------------------------------------------------------

_SIGNED_IN = 'export ARM_CLIENT_ID="$servicePrincipalId" ARM_TENANT_ID="$tenantId" ARM_CLIENT_SECRET="$servicePrincipalKey"'
_INSTALL_PACKER = (
    "set -eu",
    'cd "$(Agent.TempDirectory)"',
    "releases=https://releases.hashicorp.com/packer/$(packerVersion)",
    "file=packer_$(packerVersion)_linux_amd64.zip",
    'curl -fsSLO "$releases/$file"',
    'curl -fsSL "$releases/packer_$(packerVersion)_SHA256SUMS" | grep " $file" | sha256sum -c -',
    'unzip -qo "$file" packer',
    'echo "##vso[task.prependpath]$PWD"',
)


def _azure_devops(run: _Run) -> str:
    schedule: Yaml = [{"cron": _WEEKLY, "displayName": "weekly", "branches": {"include": ["main"]}, "always": True}]
    body: dict[str, Yaml] = {"trigger": "none", "schedules": Below(_SCHEDULE, Commented(schedule))}
    body["pool"] = {"name": Noted("Default", run.own_agent)} if run.own_agent else {"vmImage": "ubuntu-24.04"}
    body["variables"] = {"packerVersion": PACKER}
    job: dict[str, Yaml] = {"job": "image", "timeoutInMinutes": _limit(run), "steps": list(_devops_steps(run))}
    body["jobs"] = [job]
    return document([*_devops_heading(run)], body)


def _devops_heading(run: _Run) -> Iterator[str]:
    yield _HEADING
    yield "Name your service connection (Azure Resource Manager, workload identity federation) below."
    if run.secrets:
        yield f"Secret variables of the pipeline: {', '.join(map(_secret_name, run.secrets))}."


def _devops_steps(run: _Run) -> Iterator[Yaml]:
    yield {"script": Script(_INSTALL_PACKER), "displayName": "Install Packer"}
    inputs: dict[str, Yaml] = {
        "azureSubscription": Noted("azure", "the service connection"),
        "scriptType": "bash",
        "scriptLocation": "inlineScript",
    }
    has_secret = run.auth is Auth.SERVICE_PRINCIPAL
    if has_secret:
        inputs["addSpnToEnvironment"] = True
    else:
        inputs["keepAzSessionActive"] = Noted(True, "renews az's tokens, which last an hour at most")
    lines = [line for stage in run.stages for line in ("", f"# {stage.title}", *run.lines(stage))]
    start = ("set -eu", *((_SIGNED_IN,) if has_secret else ()))
    inputs["inlineScript"] = Script((*start, *lines))
    secrets: Mapping[str, Yaml] = {name: Expression(f"$({_secret_name(name)})") for name in run.secrets}
    task: dict[str, Yaml] = {"task": "AzureCLI@2", "displayName": "Build the image", "inputs": inputs}
    yield {**task, **({"env": secrets} if secrets else {})}
    if any(stage.name == "build" for stage in run.stages):
        yield {"publish": "manifest.json", "artifact": "manifest"}


_TEXTS: dict[Pipeline, Callable[[_Run], str]] = {Pipeline.GITHUB: _github, Pipeline.AZURE_DEVOPS: _azure_devops}
