"""What a conversion warns of, in the rows of a template that stands alone: a person reads it before migrating."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from aib2packer.comparison.model import AS_IN_THE_SERVICE, Row, Shown, Spot
from aib2packer.comparison.rows import TEMPLATE, RowMaker, section_of
from aib2packer.diagnostics.codes.shape import UNKNOWN_KEY
from aib2packer.diagnostics.model import Fidelity, Finding
from aib2packer.ir.paths import short
from aib2packer.project_folder.record import file_name


def warning_rows(make: RowMaker, told: Collection[str], warnings: Sequence[Finding]) -> Iterator[tuple[float, Row]]:
    """A row, with its position, for each warning about something that no row is about yet."""
    for key, (warning, *_) in _by_key(warnings).items():
        if key not in told:
            place = warning.place
            spot = Spot(file_name(place.source.name), place.line) if place is not None else None
            section = section_of(warning.path)
            yield make.position(warning.path), Row(key=key, section=section, template=Shown("", spot) if spot else None)


def with_warnings(rows: Sequence[Row], warnings: Sequence[Finding]) -> Iterator[Row]:
    """The rows; those that a warning is about tell it."""
    by_key = _by_key(warnings)
    for row in rows:
        said = by_key.pop(row.key, ())
        if not said:
            yield row
            continue
        fate = Fidelity.DROPPED if said[0].code == UNKNOWN_KEY else Fidelity.MANUAL
        yield replace(
            row,
            fate=fate if row.fate in (None, *AS_IN_THE_SERVICE) else row.fate,
            code=", ".join(dict.fromkeys(each.code.id for each in said)),
            change=" ".join(dict.fromkeys(each.message for each in said)),
        )


def _by_key(warnings: Sequence[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for warning in warnings:
        found.setdefault(short(warning.path) or TEMPLATE, []).append(warning)
    return found
