"""What a finding is: a stable code, a message, a place; and the list that collects them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.diagnostics.place import Place, PlaceOf

_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that steer a terminal, turn the direction of text, or cannot be seen."""


class Severity(StrEnum):
    """The severity of a finding: an error refuses the template; with ``--strict`` a warning does, too."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fidelity(StrEnum):
    """How closely the Packer project follows what Image Builder does with a setting."""

    EXACT = "exact"
    EQUIVALENT = "equivalent"
    APPROXIMATE = "approximate"
    MANUAL = "manual"
    DROPPED = "dropped"
    REFUSED = "refused"


class Code(Struct, frozen=True, kw_only=True):
    """A kind of finding. Its id never changes and is never used again.

    ``title`` says what is wrong in one line, ``why`` why it matters, ``remedy`` what to do about it. ``also`` are other severities that
    it occurs with, ``example`` is what a template has and what its project gets.
    """

    id: str
    severity: Severity
    title: str
    why: str
    remedy: str
    also: tuple[Severity, ...] = ()
    example: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """A message about a template: its code, its place in the file, and the AIB path of the setting (``properties.source``).

    ``image`` is the image that it is about, in a file with several; empty where it is about the file. ``asks`` is the input that has to
    be given because of it: its role and its name, in small letters.
    """

    code: Code
    message: str
    place: Place | None = None
    path: str = ""
    severity: Severity
    image: str = ""
    asks: tuple[str, str] | None = None

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """Sort key: by file, then by place, then by code."""
        return (
            self.place.source.name if self.place else "",
            self.place.start if self.place else -1,
            self.code.id,
            self.message,
            self.image,
        )


def visible(text: str, *, keep: str = "") -> str:
    r"""The text on one line, with signs for characters that steer a terminal or cannot be seen, except those to ``keep``.

    >>> visible("a\nb\x1b[31m"), visible("\ttxt.\u202eexe", keep="\t")
    ('a␊b␛[31m', '\ttxt.⟦U+202E⟧exe')
    """
    return _UNSEEN.sub(lambda found: found.group() if found.group() in keep else _sign(ord(found.group())), text)


def without_commands(text: str) -> str:
    """The text without what a log of Azure Pipelines takes for a command, wherever it stands in a line.

    Source: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands

    >>> without_commands("# ##vso[task.setvariable variable=a]b")
    '# # #vso[task.setvariable variable=a]b'
    """
    return text.replace("##", "# #") if "##vso[" in text.lower() or "##[" in text else text


def _sign(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟦U+{code:04X}⟧"


class Findings(Struct):
    """Collects findings, and the places of secrets, which no format shows; it never raises. Each stage is handed the same one."""

    _found: dict[Finding, None] = field(default_factory=dict)
    _hidden: dict[Place, None] = field(default_factory=dict)

    def add(
        self,
        code: Code,
        message: str,
        *,
        place: Place | None = None,
        path: str = "",
        severity: Severity | None = None,
        asks: tuple[str, str] | None = None,
    ) -> None:
        """Adds a finding; ``severity`` overrides that of the code. A finding that is added twice is kept once."""
        message, path = visible(message), visible(path)
        found = Finding(code=code, message=message, place=place, path=path, severity=severity or code.severity, asks=asks)
        self._found[found] = None

    def take(self, others: Findings) -> None:
        """Adds the findings of others, and what they hide."""
        self._found |= others._found
        self.hide(*others.hidden)

    def ignore(self, ids: Collection[str]) -> None:
        """Forgets the warnings and notes of these codes; errors stay."""
        self._found = {each: None for each in self._found if each.severity is Severity.ERROR or each.code.id not in ids}

    def keep(self, *findings: Finding) -> None:
        """Adds findings as they are."""
        self._found |= dict.fromkeys(findings)

    def about(self, image: str, *, but: Collection[Finding] = ()) -> Findings:
        """The same findings, about one image of several, ``but`` those that are about the file."""
        named = Findings()
        asked = {each.asks for each in but if each.asks is not None}
        named.keep(*(each if each in but or each.asks in asked else replace(each, image=visible(image)) for each in self._found))
        named.hide(*self.hidden)
        return named

    @contextmanager
    def apart(self) -> Iterator[Findings]:
        """What is added here meanwhile is in the findings that this gives, and not here."""
        before, self._found = self._found, {}
        try:
            yield Findings(self._found)
        finally:
            self._found = before

    def hide(self, *places: Place | None) -> None:
        """Makes places secret: no excerpt of the text shows them."""
        self._hidden |= dict.fromkeys(place for place in places if place is not None)

    @property
    def hidden(self) -> tuple[Place, ...]:
        """The places that an excerpt must not show."""
        return tuple(self._hidden)

    def say_who_asks(self, sentences: Mapping[tuple[str, str], str]) -> None:
        """Ends each finding that asks for an input with the input's sentence; those of inputs without one go."""
        self._found = {
            replace(each, message=f"{each.message} {sentences[each.asks]}") if each.asks is not None else each: None
            for each in self._found
            if each.asks is None or each.asks in sentences
        }

    def locate(self, place_of: PlaceOf) -> None:
        """Gives each finding that has a path but no place the place of its path."""
        self._found = dict.fromkeys(
            replace(finding, place=place_of(finding.path)) if finding.path and finding.place is None else finding
            for finding in self._found
        )

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._found, key=lambda finding: finding.order))

    def __len__(self) -> int:
        return len(self._found)

    def has_errors(self) -> bool:
        """Whether any finding refuses the template."""
        return any(finding.severity is Severity.ERROR for finding in self._found)

    def count(self, severity: Severity) -> int:
        """How many findings there are of one severity."""
        return sum(finding.severity is severity for finding in self._found)
