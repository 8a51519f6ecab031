"""What a person chooses for a project on the command line, beyond what the template says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Os(StrEnum):
    """The operating system of the image."""

    LINUX = "linux"
    WINDOWS = "windows"


class Option(StrEnum):
    """Something that a person may ask of the build beyond what the template says."""

    TRUSTED_LAUNCH = "trusted-launch"
    TRUSTED_LAUNCH_SUPPORTED = "trusted-launch-supported"
    SPOT = "spot"
    KEY_VAULT = "key-vault"
    BUILD_GROUP = "build-group"
    TAGS = "tags"


class Downloads(StrEnum):
    """When the files that a template names by their addresses are downloaded: before the build, now, or in the build VM."""

    FETCH = "fetch"
    VENDOR = "vendor"
    VM = "vm"


class Language(StrEnum):
    """A language of the scripts that run where Packer runs."""

    SH = "sh"
    POWERSHELL = "powershell"

    @property
    def suffix(self) -> str:
        """How the name of a script ends."""
        return ".sh" if self is Language.SH else ".ps1"


class Auth(StrEnum):
    """How Packer signs in to Azure."""

    CLI = "cli"
    OIDC = "oidc"
    SERVICE_PRINCIPAL = "service-principal"
    MANAGED_IDENTITY = "managed-identity"


class Pipeline(StrEnum):
    """A service whose pipeline runs the build."""

    GITHUB = "github"
    AZURE_DEVOPS = "azure-devops"


class Choices(Struct, frozen=True, kw_only=True):
    """What a person chose for a project, beyond what the template says; ``languages`` are those of its scripts."""

    downloads: Downloads = Downloads.FETCH
    extras: frozenset[Option] = frozenset()
    second_source: bool = False
    generalize: bool = False
    languages: tuple[Language, ...] = (Language.SH,)
    auth: Auth = Auth.CLI
    pipeline: Pipeline | None = None

    def words(self) -> list[str]:
        """The options of the command line that give these choices again.

        >>> Choices(auth=Auth.OIDC, second_source=True).words()
        ['--auth', 'oidc', '--second-source']
        """
        scripts = "both" if len(self.languages) > 1 else self.languages[0]
        said: list[tuple[str, str | None, str | None]] = [
            ("--downloads", self.downloads, Downloads.FETCH),
            *(("--with", each, None) for each in Option if each in self.extras),
            ("--scripts", scripts, Language.SH),
            ("--auth", self.auth, Auth.CLI),
            ("--pipeline", self.pipeline, None),
        ]
        flags = {"--generalize": self.generalize, "--second-source": self.second_source}
        words = [word for name, text, default in said if text not in (None, default) for word in (name, str(text))]
        return [*words, *(name for name, is_set in flags.items() if is_set)]


def choices_of(*, downloads: str, extras: Iterable[str], scripts: str, auth: str, pipeline: str | None, **flags: bool) -> Choices:
    """The choices by the words of the command line; ``flags`` are those of Choices. Raises ValueError for another word."""
    return Choices(
        downloads=Downloads(downloads),
        extras=frozenset(map(Option, extras)),
        languages=tuple(Language) if scripts == "both" else (Language(scripts),),
        auth=Auth(auth),
        pipeline=Pipeline(pipeline) if pipeline else None,
        **flags,
    )
