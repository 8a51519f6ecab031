"""Where the build of an image template starts from."""

from __future__ import annotations

from dataclasses import dataclass

from aib2packer.ir.parts import Part, ResourceId
from aib2packer.ir.values import Literal, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Purchase plan of a Marketplace image."""

    name: Value
    product: Value
    publisher: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Part):
    """The image that the build starts from. What a kind does not say of itself holds as it is here."""

    @property
    def urn(self) -> tuple[Value, ...]:
        """Publisher, offer, sku and version of a Marketplace image."""
        return ()

    @property
    def purchase_plan(self) -> Plan | None:
        """The plan that is bought with it."""
        return None

    @property
    def managed_image(self) -> ResourceId | None:
        """The managed image that it is."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketplaceImage(Source):
    """An image of the Azure Marketplace; no ``version`` means the latest."""

    publisher: Value
    offer: Value
    sku: Value
    version: Value | None
    plan: Plan | None

    @property
    def urn(self) -> tuple[Value, ...]:
        """Publisher, offer, sku and version."""
        return self.publisher, self.offer, self.sku, self.version or Literal("latest")

    @property
    def purchase_plan(self) -> Plan | None:
        """The plan that is bought with it."""
        return self.plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingImage(Source):
    """A managed image."""

    image: ResourceId

    @property
    def managed_image(self) -> ResourceId:
        """The image."""
        return self.image


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryImage(Source):
    """An image version of a gallery in a subscription; no ``version`` means the latest."""

    definition: ResourceId
    version: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedGalleryImage(Source):
    """An image version of a community gallery, or of a gallery shared directly with a tenant."""

    id: Value
    community: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedImage(Source):
    """A source that the template leaves open: whoever builds names the image."""
