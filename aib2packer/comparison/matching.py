"""Whether two values of two projects mean the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from aib2packer.comparison.evaluating import Live, Read, is_known, names_in
from aib2packer.comparison.facts import Fact
from aib2packer.comparison.meaning import meaning
from aib2packer.comparison.model import Verdict
from aib2packer.comparison.secrets import MASK

_VARIABLE = re.compile(r"\bvar\.[\w-]+")
_SETS = frozenset(
    {"allowed_inbound_ip_addresses", "user_assigned_managed_identities", "valid_exit_codes", "only", "except", "sources"}
)


class Matching(Struct, frozen=True):
    """Compares values of our project with those of theirs; variables without values may have other names there.

    ``declared`` are the variables of each project. Which name stands for which is found once and holds from then on.
    """

    ours_declared: frozenset[str]
    theirs_declared: frozenset[str]
    _renamed: dict[str, str] = field(default_factory=dict)

    @property
    def renamed(self) -> Mapping[str, str]:
        """Their name for each variable of ours that has another one there."""
        return self._renamed

    def verdict(self, name: str, ours: Fact | None, theirs: Fact | None) -> Verdict:
        """How the setting of this name stands; one of both must be there."""
        if theirs is None:
            return Verdict.MISSING if ours is None or not ours.is_default else Verdict.SAME
        if ours is None:
            return Verdict.EXTRA if not theirs.is_default else Verdict.SAME
        left, right = _meaning(name, ours.value), _meaning(name, theirs.value)
        if self._same(left, right) or self._same(_meaning(name, ours.asked), _meaning(name, theirs.asked)):
            return Verdict.SAME
        return Verdict.CANNOT_TELL if is_known(left) and waits_for(theirs.value) else Verdict.DIFFERS

    def _same(self, ours: Read, theirs: Read) -> bool:
        if isinstance(ours, Live) and isinstance(theirs, Live):
            return ours.text == theirs.text or self._same_renamed(ours.text, theirs.text)
        if isinstance(ours, list) and isinstance(theirs, list):
            return len(ours) == len(theirs) and all(map(self._same, ours, theirs))
        if isinstance(ours, dict) and isinstance(theirs, dict):
            return ours.keys() == theirs.keys() and all(self._same(value, theirs[key]) for key, value in ours.items())
        return ours == theirs

    def _same_renamed(self, ours: str, theirs: str) -> bool:
        """Whether two expressions are the same but for names of variables, each of which has one name on either side."""
        if _VARIABLE.sub("var", ours) != _VARIABLE.sub("var", theirs):
            return False
        found = dict(self._renamed)
        for one, other in zip(_VARIABLE.findall(ours), _VARIABLE.findall(theirs), strict=True):
            if one == other:
                continue
            if one in self.theirs_declared or other in self.ours_declared or found.setdefault(one, other) != other:
                return False
        if len(set(found.values())) < len(found):
            return False
        self._renamed.update(found)
        return True


def waits_for(value: Read) -> str:
    """The first variable or data source that a value waits for; empty where it waits for none."""
    return next((name for name in names_in(value) if name.startswith(("var.", "data.", "local."))), "")


def why_alike(ours: str, theirs: str) -> str:
    """What differs between two values that look alike as they are shown; empty where the eye sees it."""
    if MASK in ours:
        return "the sensitive value differs" if ours == theirs else ""
    if ours.replace("\r", "") == theirs.replace("\r", ""):
        return "the line ends are those of Windows" if "\r" in theirs else "the line ends are not those of Windows"
    if ours.split() == theirs.split():
        return "only spaces and line ends differ"
    return ""


def _meaning(name: str, value: Read) -> Read:
    found = meaning(name, value)
    if name.rpartition(".")[2] in _SETS and isinstance(found, list):
        return _sorted(found)
    return found


def _sorted(values: Sequence[Read]) -> list[Read]:
    return sorted(values, key=repr)
