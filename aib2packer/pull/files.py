"""The files of image templates: what is in one, where each goes, and how it gets there whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from operator import attrgetter
from pathlib import Path, PurePosixPath

from msgspec import Struct

from aib2packer.project_folder.whole_file import replace_file
from aib2packer.project_folder.writing import folder_name
from aib2packer.pull.masking import masked
from aib2packer.pull.model import Listed, Object, Subscription, Template

TRIGGERS = "resources"
_FIRST = ("id", "name", "type", "location", "tags", "identity")
_LEFT_OUT = frozenset({"systemData", "etag", TRIGGERS})
"""Who changed it last and when, and a number for each change: no part of the template."""


class NotPulledError(Exception):
    """The file cannot be written; the message says why, and what to do."""


class File(Struct, frozen=True, kw_only=True):
    """The text of an image template's file, and the paths of the secrets that are masked in it."""

    text: str
    secrets: tuple[str, ...]


def file_of(resource: Object, triggers: Iterable[Object]) -> File:
    """The file of an image template: the resource, its last run in it as Azure has it, and its triggers as child resources.

    Without an API version: that of the answer is not the one that the image template was made with, which counts for a conversion.
    """
    names = [*(name for name in _FIRST if name in resource), *(name for name in resource if name not in _FIRST)]
    whole = {name: resource[name] for name in names if name not in _LEFT_OUT}
    children = [{name: each[name] for name in each if name not in _LEFT_OUT} for each in triggers]
    if children:
        whole[TRIGGERS] = sorted(children, key=lambda each: str(each.get("name")))
    secrets: list[str] = []
    value = masked(whole, secrets.append)
    return File(text=json.dumps(value, indent=2, ensure_ascii=False) + "\n", secrets=tuple(secrets))


def triggers_in(file: Path) -> list[Object] | None:
    """The triggers in the file of an image template; None where there is no such file."""
    there = _read(file)
    children = there.get(TRIGGERS, []) if there is not None else None
    return [each for each in children if isinstance(each, dict)] if isinstance(children, list) else None


def places(listed: Sequence[Listed]) -> dict[str, PurePosixPath]:
    """By the id of each image template its file in the folder: `group/name.json`, below a folder of its subscription where there are several.

    Letter case makes no difference to Azure, nor to the disks of many: a group has one folder, and names that differ by it only
    have different files.
    """
    found: dict[str, PurePosixPath] = {}
    taken: set[str] = set()
    above = _subscription_folders([each.subscription for each in listed])
    for each in listed:
        groups = {
            template.group.lower(): template.group for template in sorted(each.templates, key=attrgetter("group"), reverse=True)
        }
        for template in each.templates:
            folder = PurePosixPath(above[each.subscription.id], _safe(groups[template.group.lower()]))
            name = _safe(template.name)
            name = name if str(folder / name).lower() not in taken else _told_apart(name, template.id)
            taken.add(str(folder / name).lower())
            found[template.id] = folder / f"{name}.json"
    return found


def put(folder: Path, place: PurePosixPath, template: Template, text: str) -> bool:
    """Writes a file whole or not at all; False where it is there already. Raises NotPulledError."""
    file = folder / place
    try:
        if not file.parent.resolve().is_relative_to(folder.resolve()):
            raise NotPulledError(f"A symbolic link leads out of {folder}. Remove it, or name another folder with -o.")
        if file.exists():
            there = _read(file)
            if there is None or str(there.get("id")).lower() != template.id.lower():
                raise NotPulledError("Another file is in its place. Move it away, or name another folder with -o.")
            if file.read_bytes() == text.encode():
                return False
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, text.encode())
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise NotPulledError(f"{getattr(error, 'strerror', None) or error}.") from error
    return True


def _subscription_folders(subscriptions: Sequence[Subscription]) -> Mapping[str, str]:
    """The folder of each subscription: its name, with its id where two have one; none for a single one."""
    if len(subscriptions) < 2:
        return {each.id: "" for each in subscriptions}
    names = {each.id: folder_name(each.name) for each in subscriptions}
    count = Counter(name.lower() for name in names.values())
    return {id: name if count[name.lower()] == 1 else f"{name}-{id}" for id, name in names.items()}


def _safe(name: str) -> str:
    """A name that every disk takes; one that had to be changed is told apart from others by a checksum."""
    safe = folder_name(name)
    return safe if safe == name else _told_apart(safe, name.lower())


def _told_apart(safe: str, name: str) -> str:
    return f"{safe}-{sha256(name.encode()).hexdigest()[:6]}"


def _read(file: Path) -> Object | None:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
