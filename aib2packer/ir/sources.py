"""Where the build of an image template starts from."""

from __future__ import annotations

from msgspec import Struct

from aib2packer.ir.parts import Part, ResourceId
from aib2packer.ir.values import Literal, Value


class Plan(Struct, frozen=True, kw_only=True):
    """Purchase plan of a Marketplace image."""

    name: Value
    product: Value
    publisher: Value


class Source(Part, frozen=True, kw_only=True):
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


class MarketplaceImage(Source, frozen=True, kw_only=True):
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


class ExistingImage(Source, frozen=True, kw_only=True):
    """A managed image."""

    image: ResourceId

    @property
    def managed_image(self) -> ResourceId:
        """The image."""
        return self.image


class GalleryImage(Source, frozen=True, kw_only=True):
    """An image version of a gallery in a subscription; no ``version`` means the latest."""

    definition: ResourceId
    version: Value | None


class SharedGalleryImage(Source, frozen=True, kw_only=True):
    """An image version of a community gallery, or of a gallery shared directly with a tenant."""

    id: Value
    community: bool


class AskedImage(Source, frozen=True, kw_only=True):
    """A source that the template leaves open: whoever builds names the image."""
