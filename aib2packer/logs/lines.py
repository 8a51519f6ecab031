"""The lines of a log, whoever wrote it: decoded, without prefixes, colours and repetitions.

Image Builder writes Packer's log with ``[operation-id] PACKER OUT``, ``PACKER ERR`` or ``PACKER`` before each line.
Sources: https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-troubleshoot,
https://developer.hashicorp.com/packer/docs/commands (machine-readable output), https://developer.hashicorp.com/packer/docs/debugging,
logs/FACTS.md 1, 2 and 6
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from aib2packer.diagnostics.model import visible
from aib2packer.logs.model import Form

Told = Callable[[int], None]
"""Is told how many bytes of a file were read."""

_LONGEST = 16_384
"""What is longer than so many letters is no line that Packer wrote; the rest of it is passed over."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_REMEMBERED = 4_096
_TELLING = 8_192
_STEERED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_SERVICE = re.compile(r"(?:\*?\[[^\]\s]{1,100}\] )?\*?PACKER(?: (OUT|ERR))?(?: |$)")
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)(?:: | |$)")
_LOGGED = re.compile(r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) (ui(?: error)?: ?|machine readable: )?")
_MACHINE = re.compile(r"(\d{9,11}),[^,]*,([a-z-]+),(.*)", re.DOTALL)
_BEGINS = ("==>", "    ", "Build '")
_ESCAPES = (("%!(PACKER_COMMA)", ","), ("\\r", ""), ("\\n", "\n"))


class NotALogError(Exception):
    """The file cannot be read, or is no log; the message names the file, the line where there is one, and what to do."""


class Channel(Enum):
    """What a line is: shown to a person, the same in Packer's own log, another line of that log, or none of these."""

    SHOWN = "shown"
    SHOWN_IN_LOG = "shown in log"
    LOG = "log"
    PLAIN = "plain"


class Line(NamedTuple):
    """A line without its prefixes; ``time`` as it stands in the log. A tuple, for a log may have a million."""

    number: int
    time: str
    channel: Channel
    text: str


class LogLines:
    """The lines of a file; of a line that is there twice, as shown and as logged, the first. ``form`` is known at their end."""

    def __init__(self, path: Path, told: Told) -> None:
        self._path = path
        self._told = told
        self._prefixes = _Prefixes()

    @property
    def form(self) -> Form:
        """The form that the lines up to now are written in."""
        return self._prefixes.form

    def __iter__(self) -> Iterator[Line]:
        """Reads the file; raises NotALogError."""
        twins = _Twins()
        for number, text in _decoded(self._path, self._told):
            for line in self._prefixes.read(number, text):
                if not twins.is_second(line):
                    yield line


def _decoded(path: Path, told: Told) -> Iterator[tuple[int, str]]:
    try:
        with FileIO(path) as raw, BufferedReader(raw) as buffered:
            encoding = "utf-16" if buffered.peek(2).startswith(_UTF_16) else "utf-8-sig"
            with TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="\n") as file:
                for number, text in _cut(file):
                    yield number, text
                    if number % _TELLING == 0 and raw.seekable():
                        told(raw.tell())
    except OSError as error:
        raise NotALogError(visible(f"{path} cannot be read: {error.strerror or error}.")) from error


def _cut(file: TextIOWrapper) -> Iterator[tuple[int, str]]:
    number = 0
    while text := file.readline(_LONGEST):
        number += 1
        yield number, text.rstrip("\r\n")
        while not text.endswith("\n") and (text := file.readline(_LONGEST)):
            pass


class _Prefixes:
    """Takes the prefixes off, and remembers the form and the last time."""

    def __init__(self) -> None:
        self.form = Form.TEXT
        self._time = ""

    def read(self, number: int, text: str) -> Sequence[Line]:
        """The lines that one line of the file is."""
        if "\x1b" in text:
            text = _STEERED.sub("", text)
        if "PACKER" in text[:120] and (service := _SERVICE.match(text)):
            self.form = Form.IMAGE_BUILDER
            text = text[service.end() :]
            return (self._unwrapped(number, text, Channel.LOG if service[1] == "ERR" else Channel.SHOWN),)
        if text[:1].isdigit():
            if clock := _CLOCK.match(text):
                self._time, text = clock[1], text[clock.end() :]
            if machine := _MACHINE.match(text):
                return self._machine(number, machine)
        return (self._unwrapped(number, text, Channel.SHOWN if text.startswith(_BEGINS) else Channel.PLAIN),)

    def _unwrapped(self, number: int, text: str, channel: Channel) -> Line:
        if text[:1].isdigit() and (logged := _LOGGED.match(text)):
            if self.form is Form.TEXT:
                self.form = Form.PACKER_LOG
            self._time, text = logged[1], text[logged.end() :]
            channel = Channel.SHOWN_IN_LOG if (logged[2] or "").startswith("ui") else Channel.LOG
            if "\x1b" in text:
                text = _STEERED.sub("", text)
        return Line(number, self._time, channel, text)

    def _machine(self, number: int, found: re.Match[str]) -> Sequence[Line]:
        if self.form is Form.TEXT:
            self.form = Form.MACHINE_READABLE
        self._time = found[1]
        if found[2] != "ui":
            return ()
        text = found[3].partition(",")[2]
        for escape, letter in _ESCAPES:
            text = text.replace(escape, letter)
        return [Line(number, self._time, Channel.SHOWN, each) for each in text.split("\n")]


class _Twins:
    """With PACKER_LOG=1, and in Image Builder's log, what Packer shows stands there twice, in any order."""

    def __init__(self) -> None:
        self._before: deque[str] = deque(maxlen=_REMEMBERED)
        self._waiting: tuple[_Recent, _Recent] | None = None

    def is_second(self, line: Line) -> bool:
        """Whether the line was there a moment ago in the other channel."""
        if line.channel is Channel.SHOWN:
            if self._waiting is None:
                self._before.append(line.text)
                return False
            mine, other = self._waiting
        elif line.channel is Channel.SHOWN_IN_LOG:
            self._waiting = self._waiting or (_Recent(self._before), _Recent(()))
            other, mine = self._waiting
        else:
            return False
        if other.take(line.text):
            return True
        mine.add(line.text)
        return False


class _Recent:
    """The last lines of a channel that wait for their twins."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._order: deque[str] = deque()
        self._counts: dict[str, int] = {}
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Remembers a line, and forgets the oldest of many."""
        self._counts[text] = self._counts.get(text, 0) + 1
        self._order.append(text)
        if len(self._order) > _REMEMBERED:
            self.take(self._order.popleft())

    def take(self, text: str) -> bool:
        """Forgets a line; whether it was there."""
        count = self._counts.get(text, 0)
        if count > 1:
            self._counts[text] = count - 1
        else:
            self._counts.pop(text, None)
        return count > 0
