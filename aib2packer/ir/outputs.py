"""What the build of an image template makes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from aib2packer.ir.choices import Os
from aib2packer.ir.defaults import STORAGE
from aib2packer.ir.parts import Part, ResourceId, Tags
from aib2packer.ir.values import Joined, Literal, Value


class Security(StrEnum):
    """The security type of an image definition, by Azure's names."""

    STANDARD = "Standard"
    TRUSTED_LAUNCH = "TrustedLaunch"
    CONFIDENTIAL = "ConfidentialVM"
    TRUSTED_LAUNCH_SUPPORTED = "TrustedLaunchSupported"
    CONFIDENTIAL_SUPPORTED = "ConfidentialVMSupported"
    BOTH_SUPPORTED = "TrustedLaunchAndConfidentialVmSupported"


class ImageDefinition(Struct, frozen=True, kw_only=True):
    """An image definition that the template's own file makes: ``name`` is ``gallery/definition``.

    What is None is not known. ``features`` are all of its features, ``security`` is one of them.
    """

    name: Joined
    os: Os | None
    publisher: str | None
    offer: str | None
    sku: str | None
    generation: str | None
    architecture: str | None
    features: tuple[tuple[str, str], ...]

    @property
    def security(self) -> Security:
        """Its security type; one without that feature is a standard one."""
        said = next((value.lower() for name, value in self.features if name.lower() == "securitytype"), "")
        return next((each for each in Security if each.value.lower() == said), Security.STANDARD)


class Numbering(StrEnum):
    """How a gallery version gets its number."""

    FIXED = "fixed"
    CLOCK = "clock"
    LATEST = "latest"
    SOURCE = "source"


class Region(Struct, frozen=True, kw_only=True):
    """A region that a gallery version is copied to; ``path`` is empty for the build's own, where the template does not name it."""

    name: Value
    path: str = ""
    replicas: Value | None = None
    storage: Value | None = None


class Where(StrEnum):
    """What tells the cloud that an output goes to."""

    REGION = "region"
    URL = "URL"


class Home(Struct, frozen=True):
    """The region and subscription in which the build VM has to be to make an output."""

    location: Value
    subscription: Value


class Output(Part, frozen=True, kw_only=True):
    """Something the build makes; ``name`` is its runOutputName. What a kind does not say of itself holds as it is here."""

    name: Value
    tags: Tags = ()

    takes_tags: ClassVar[bool] = True
    """Whether Packer tags it."""
    has_data_disks: ClassVar[bool] = False
    """Whether one that az makes has the data disks, too."""

    @property
    def resource(self) -> ResourceId | None:
        """The resource that the template names for it."""
        return None

    @property
    def home(self) -> Home | None:
        """Where the build VM has to be; None for anywhere."""
        return None

    @property
    def made_definition(self) -> ImageDefinition | None:
        """The image definition, where the template's own file makes it."""
        return None

    @property
    def storage_differs(self) -> bool:
        """Whether its copies have several storage types, of which Packer takes one."""
        return False

    @property
    def may_be_latest(self) -> bool:
        """Whether it is a version that counts as the latest one for sure."""
        return False

    @property
    def has_fixed_number(self) -> bool:
        """Whether it is a version of a number that stands in the template."""
        return False

    @property
    def doubts(self) -> int:
        """How uncertain it is that Packer makes it as the template says: of several of a kind, the VM makes the least."""
        return 0

    def places(self) -> Iterator[tuple[Where, Value, str]]:
        """The regions and URLs that it names, each with its path."""
        yield from ()

    def is_fed_by(self, made: Output) -> bool:
        """Whether az can make it from an output of the build VM."""
        return False


class ManagedImageOutput(Output, frozen=True, kw_only=True):
    """A managed image."""

    image: ResourceId
    location: Value

    @property
    def resource(self) -> ResourceId:
        """The image."""
        return self.image

    @property
    def home(self) -> Home:
        """Packer captures an image where the VM is."""
        return Home(self.location, self.image.subscription)

    def places(self) -> Iterator[tuple[Where, Value, str]]:
        """Its region."""
        yield Where.REGION, self.location, f"{self.path}.location"

    def is_fed_by(self, made: Output) -> bool:
        """From a gallery version."""
        return isinstance(made, GalleryOutput)


class GalleryOutput(Output, frozen=True, kw_only=True):
    """A version of a gallery image definition. ``regions`` is a list of known length, or one live list of region names.

    ``made`` is the definition, where the template's own file makes it.
    """

    definition: ResourceId
    made: ImageDefinition | None
    numbering: Numbering
    version: Value | None
    major: Value | None
    regions: tuple[Region, ...] | Value
    storage: Value | None
    exclude_from_latest: Value | None
    shallow: bool

    has_data_disks: ClassVar[bool] = True

    @property
    def resource(self) -> ResourceId:
        """The definition."""
        return self.definition

    @property
    def made_definition(self) -> ImageDefinition | None:
        """The image definition, where the template's own file makes it."""
        return self.made

    @property
    def storage_differs(self) -> bool:
        """Whether its regions have more than one storage type (a region that names none has Image Builder's default)."""
        if self.storage is not None or not isinstance(self.regions, tuple):
            return False
        types = [region.storage or Literal(STORAGE) for region in self.regions]
        return any(each != types[0] for each in types)

    @property
    def may_be_latest(self) -> bool:
        """Whether the template does not exclude it, nor lets an expression tell."""
        return self.exclude_from_latest in (None, Literal(False))

    @property
    def has_fixed_number(self) -> bool:
        """Whether its number stands in the template."""
        return self.numbering is Numbering.FIXED

    @property
    def doubts(self) -> int:
        """Its storage counts more than its number."""
        return 2 * self.storage_differs + (self.numbering not in (Numbering.FIXED, Numbering.CLOCK))

    def places(self) -> Iterator[tuple[Where, Value, str]]:
        """Its regions, as far as they are listed."""
        for region in self.regions if isinstance(self.regions, tuple) else ():
            yield Where.REGION, region.name, self.path

    def is_fed_by(self, made: Output) -> bool:
        """From another version, or from an image."""
        return isinstance(made, GalleryOutput | ManagedImageOutput)


class DiskFileOutput(Output, frozen=True, kw_only=True):
    """A VHD blob; no ``uri`` means a storage account of the service's choice.

    ``parts`` are those of a uri that is one live value, split at its slashes.
    """

    uri: Value | None
    parts: Value | None = None

    takes_tags: ClassVar[bool] = False

    @property
    def doubts(self) -> int:
        """Packer writes one with a uri."""
        return int(self.uri is None)

    def places(self) -> Iterator[tuple[Where, Value, str]]:
        """Its URL."""
        if self.uri is not None:
            yield Where.URL, self.uri, f"{self.path}.uri"

    def is_fed_by(self, made: Output) -> bool:
        """From a VHD whose name is known."""
        return isinstance(made, DiskFileOutput) and made.uri is not None
