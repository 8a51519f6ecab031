"""How Packer signs in to Azure: the settings of the source block, the variables behind them, and what a person does first.

Source: https://developer.hashicorp.com/packer/integrations/hashicorp/azure (authentication).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from aib2packer.hcl.nodes import Attribute, Block, Item, raw, string
from aib2packer.ir.choices import Auth, Pipeline


class _Credential(Struct, frozen=True, kw_only=True):
    """A variable of a sign-in, with the environment variable that gives its default; without one it is optional."""

    name: str
    environment: str
    description: str
    secret: bool = False


_CLIENT = _Credential(name="client_id", environment="ARM_CLIENT_ID", description="Application (client) ID to sign in with.")
_TENANT = _Credential(name="tenant_id", environment="ARM_TENANT_ID", description="Tenant of that application.")
_SECRET = _Credential(
    name="client_secret", environment="ARM_CLIENT_SECRET", description="Client secret of that application.", secret=True
)
_IDENTITY = _Credential(
    name="client_id",
    environment="",
    description="Client ID of a user-assigned managed identity. Default: the system-assigned one.",
)
_REQUEST_URL = _Credential(
    name="oidc_request_url",
    environment="ACTIONS_ID_TOKEN_REQUEST_URL",
    description="URL that issues ID tokens; GitHub sets it for jobs with the permission id-token: write.",
)
_REQUEST_TOKEN = _Credential(
    name="oidc_request_token",
    environment="ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    description="Token for that URL; GitHub sets it.",
    secret=True,
)
_CREDENTIALS: Mapping[Auth, tuple[_Credential, ...]] = {
    Auth.CLI: (),
    Auth.OIDC: (_CLIENT, _TENANT, _REQUEST_URL, _REQUEST_TOKEN),
    Auth.SERVICE_PRINCIPAL: (_CLIENT, _TENANT, _SECRET),
    Auth.MANAGED_IDENTITY: (_IDENTITY,),
}
_FIRST_STEPS: Mapping[Auth, str] = {
    Auth.CLI: "Sign in: `az login`.",
    Auth.OIDC: "Run Packer in a job that may request ID tokens, with `ARM_CLIENT_ID` and `ARM_TENANT_ID` in its environment.",
    Auth.SERVICE_PRINCIPAL: "Set `ARM_CLIENT_ID`, `ARM_CLIENT_SECRET` and `ARM_TENANT_ID` to those of a service principal.",
    Auth.MANAGED_IDENTITY: "Run Packer on an Azure VM or agent that has a managed identity.",
}
_OBJECT_IDS: Mapping[Auth, str] = {
    Auth.CLI: "az ad signed-in-user show --query id --output tsv",
    Auth.OIDC: "az ad sp show --id CLIENT_ID --query id --output tsv",
    Auth.SERVICE_PRINCIPAL: "az ad sp show --id CLIENT_ID --query id --output tsv",
    Auth.MANAGED_IDENTITY: "az ad sp list --display-name NAME --query '[0].id' --output tsv",
}
_AZ_LOGINS: Mapping[Auth, str] = {
    Auth.SERVICE_PRINCIPAL: "az login --service-principal --username $ARM_CLIENT_ID --password $ARM_CLIENT_SECRET --tenant $ARM_TENANT_ID",
    Auth.MANAGED_IDENTITY: "az login --identity",
}


def credentials(auth: Auth, pipeline: Pipeline | None) -> tuple[str, ...]:
    """The names of the variables of a sign-in."""
    return tuple(each.name for each in _credentials(auth, pipeline))


def sign_in_settings(auth: Auth, pipeline: Pipeline | None) -> list[Item]:
    """The settings of the source block."""
    settings: list[Item] = [Attribute(name=name, value=raw(f"var.{name}")) for name in credentials(auth, pipeline)]
    return settings or [Attribute(name="use_azure_cli_auth", value=raw("true"))]


def sign_in_variables(auth: Auth, pipeline: Pipeline | None) -> list[Block]:
    """The declarations of the variables that those settings use."""
    return [_variable(each) for each in _credentials(auth, pipeline)]


def first_step(auth: Auth) -> str:
    """What a person does before the first build (Markdown, a sentence)."""
    return _FIRST_STEPS[auth]


def object_id(auth: Auth) -> str:
    """The az command that shows the object id of the account that runs Packer."""
    return _OBJECT_IDS[auth]


def az_login(auth: Auth) -> str:
    """How az is signed in with the same account, after a sentence about that; empty where a job does it."""
    return f": `{_AZ_LOGINS[auth]}`" if auth in _AZ_LOGINS else ""


def _credentials(auth: Auth, pipeline: Pipeline | None) -> tuple[_Credential, ...]:
    """None where az signs in: the plugin gets new tokens from GitHub's address, but not from that of Azure DevOps, whose task renews az's sign-in."""
    return () if auth is Auth.OIDC and pipeline is Pipeline.AZURE_DEVOPS else _CREDENTIALS[auth]


def _variable(credential: _Credential) -> Block:
    default = f'env("{credential.environment}")' if credential.environment else "null"
    body: list[Item] = [Attribute(name="type", value=raw("string")), Attribute(name="default", value=raw(default))]
    if credential.secret:
        body.append(Attribute(name="sensitive", value=raw("true")))
    body.append(Attribute(name="description", value=string(credential.description)))
    return Block(kind="variable", labels=(credential.name,), body=tuple(body))
