"""The two languages of a project's own scripts, a POSIX shell and PowerShell: how each writes a text, and a value that is known only when the script runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import Protocol

from aib2packer.emit.render import render
from aib2packer.ir import choices
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Script
from aib2packer.lowering.targets import Passed, Word


class Language(Protocol):
    """What a script language can express."""

    @property
    def suffix(self) -> str:
        """How the name of a script ends."""

    def quoted(self, word: Word) -> str:
        """One word, in quotes whatever it holds."""

    def word(self, word: Word) -> str:
        """One word of a command."""

    def words(self, words: Iterable[Word]) -> str:
        """The words of a command, as they are handed to a function of the script."""

    def answer(self, function: str, words: Iterable[Word]) -> str:
        """The output of a function of the script, as a word."""


class _Shell:
    suffix = ".sh"

    def quoted(self, word: Word) -> str:
        """One word, in quotes.

        >>> print(SHELL.quoted(("it's",)), SHELL.quoted(("a$b/", Passed("X"))))
        'it'\\''s' "a\\$b/${X}"
        """
        if any(isinstance(piece, Passed) for piece in word):
            return '"' + "".join(map(self._piece, word)) + '"'
        return "'" + "".join(map(str, word)).replace("'", "'\\''") + "'"

    def word(self, word: Word) -> str:
        """One word; bare where a shell reads it as it stands.

        >>> print(*map(SHELL.word, [("it's",), ("--tags",), ("a$b/", Passed("X")), (Passed("X"),), (Passed("X", many=True),)]))
        'it'\\''s' --tags "a\\$b/${X}" "$X" $X
        """
        if len(word) == 1 and isinstance(word[0], Passed):
            return f"${word[0].variable}" if word[0].many else f'"${word[0].variable}"'
        quoted = self.quoted(word)
        return quoted[1:-1] if shlex.quote(quoted[1:-1]) == quoted[1:-1] else quoted

    def words(self, words: Iterable[Word]) -> str:
        """The words, one after the other."""
        return " ".join(map(self.word, words))

    def answer(self, function: str, words: Iterable[Word]) -> str:
        """A substitution.

        >>> print(SHELL.answer("find-id", [("group",), ("show",)]))
        "$(find_id group show)"
        """
        return f'"$({function.replace("-", "_")} {self.words(words)})"'

    @staticmethod
    def _piece(piece: str | Passed) -> str:
        return f"${{{piece.variable}}}" if isinstance(piece, Passed) else re.sub(r'[\\"$`]', r"\\\g<0>", piece)


class _PowerShell:
    suffix = ".ps1"
    _single_quotes = "['\u2018\u2019\u201a\u201b]"
    _special = '[`$"\u201c\u201d\u201e]'

    def quoted(self, word: Word) -> str:
        """One word, in quotes; PowerShell takes curly ones for straight ones.

        >>> print(POWERSHELL.quoted(("it's",)), POWERSHELL.quoted(("a$b/", Passed("X"))))
        'it''s' "a`$b/${X}"
        """
        if any(isinstance(piece, Passed) for piece in word):
            return '"' + "".join(map(self._piece, word)) + '"'
        return "'" + re.sub(self._single_quotes, r"\g<0>\g<0>", "".join(map(str, word))) + "'"

    def word(self, word: Word) -> str:
        """One word.

        >>> print(*map(POWERSHELL.word, [("it's",), ("a$b/", Passed("X")), (Passed("X"),), (Passed("X", many=True),)]))
        'it''s' "a`$b/${X}" $X (Split-Items $X)
        """
        if len(word) == 1 and isinstance(word[0], Passed):
            value = f"${word[0].variable}"
            return f"(Split-Items {value})" if word[0].many else value
        return self.quoted(word)

    def words(self, words: Iterable[Word]) -> str:
        """The words as an array."""
        return f"@({', '.join(map(self.word, words))})"

    def answer(self, function: str, words: Iterable[Word]) -> str:
        """A call in parentheses.

        >>> print(POWERSHELL.answer("find-id", [("group",), ("show",)]))
        (Find-Id @('group', 'show'))
        """
        return f"({function.title()} {self.words(words)})"

    def _piece(self, piece: str | Passed) -> str:
        return f"${{{piece.variable}}}" if isinstance(piece, Passed) else re.sub(self._special, r"`\g<0>", piece)


def own_script(path: str, source: str, values: dict[str, object]) -> Script:
    """A script of the project from its Jinja template (``fetch.ps1.j2``).

    Windows PowerShell takes a file for ANSI that is not all ASCII, unless a byte order mark says otherwise.
    """
    text = render(source, values)
    return Script(path=path, text=text if text.isascii() or path.endswith(SHELL.suffix) else f"\ufeff{text}")


_WIDTH = 140


def in_lines(pieces: Iterable[str], between: str, at_the_end: str) -> str:
    """The pieces one after the other, in lines of a script that are not too long."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and len(lines[-1]) + len(piece) > _WIDTH:
            lines[-1] += at_the_end
            lines.append(f"  {piece}")
        else:
            lines[-1] += f"{between if lines[-1] else ''}{piece}"
    return "\n".join(lines)


def command_lines(words: Iterable[Word]) -> str:
    """A command in lines of a POSIX shell; an option stays with the first of its values."""
    pieces: list[str] = []
    for word in map(SHELL.word, words):
        if pieces and pieces[-1].startswith("--") and " " not in pieces[-1]:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return in_lines(pieces, " ", " \\")


SHELL, POWERSHELL = _Shell(), _PowerShell()
_CHOSEN: dict[choices.Language, Language] = {choices.Language.SH: SHELL, choices.Language.POWERSHELL: POWERSHELL}


def languages_of(build: Build) -> tuple[Language, ...]:
    """The languages of the scripts that run where Packer runs (``--scripts``)."""
    return tuple(_CHOSEN[each] for each in build.choices.languages)
