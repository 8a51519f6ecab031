"""The API versions of the service, oldest first, and what they are strict about.

Source: https://github.com/Azure/azure-resource-manager-schemas
"""

from __future__ import annotations

API_VERSIONS = (
    "2018-02-01-preview",
    "2019-02-01-preview",
    "2019-05-01-preview",
    "2020-02-14",
    "2021-10-01",
    "2022-02-14",
    "2022-07-01",
    "2023-07-01",
    "2024-02-01",
    "2025-10-01",
)
OLDEST = API_VERSIONS[0]
NEWEST = API_VERSIONS[-1]
FIRST_STRICT = "2024-02-01"


def is_known(version: str) -> bool:
    """Whether the service has this version."""
    return version in API_VERSIONS


def is_strict(version: str) -> bool:
    """Whether the service refuses unknown keys and other letter case with this version.

    Source: https://learn.microsoft.com/azure/virtual-machines/image-builder-api-update-release-notes

    >>> is_strict("2024-02-01"), is_strict("2020-02-14")
    (True, False)
    """
    return is_known(version) and API_VERSIONS.index(version) >= API_VERSIONS.index(FIRST_STRICT)


def is_before(version: str, other: str) -> bool:
    """Whether a version is older than another; of a version that is not known nothing can be told."""
    return is_known(version) and is_known(other) and API_VERSIONS.index(version) < API_VERSIONS.index(other)
