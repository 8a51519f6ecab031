"""The options of a conversion from the words that a record keeps of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from aib2packer.ir.choices import Os, choices_of
from aib2packer.ir.clouds import CLOUDS
from aib2packer.lowering.lowered import Builder
from aib2packer.pipeline import Options

_FLAGS = ("--generalize", "--second-source")


class NotKnownError(Exception):
    """A word of the record is none of this version; ``word`` is it."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def recorded_options(words: Sequence[str]) -> Options:
    """The options that a record's words give; a secret parameter, of which it has the name only, has no value. Raises NotKnownError."""
    found: dict[str, list[str]] = {}
    left = iter(words)
    for word in left:
        found.setdefault(word, []).append("" if word in _FLAGS else next(left, ""))
    unknown = next((word for word in found if word not in (*_OPTIONS, *_CHOICES, *_FLAGS)), None)
    if unknown is not None:
        raise NotKnownError(unknown)
    options = Options()
    for word, read in _OPTIONS.items():
        options = read(options, found[word]) if word in found else options
    last = {word: values[-1] for word, values in found.items()}
    choices = choices_of(
        downloads=last.get("--downloads", "fetch"),
        extras=found.get("--with", []),
        scripts=last.get("--scripts", "sh"),
        auth=last.get("--auth", "cli"),
        pipeline=last.get("--pipeline"),
        **{flag.removeprefix("--").replace("-", "_"): flag in found for flag in _FLAGS},
    )
    return replace(options, choices=choices)


def with_given(recorded: Options, given: Options) -> Options:
    """The recorded options, with what was given for this run in their place."""
    return replace(
        recorded,
        os=given.os or recorded.os,
        os_of=given.os_of or recorded.os_of,
        cloud=given.cloud or recorded.cloud,
        name=given.name or recorded.name,
        parameter_files=given.parameter_files,
        parameters=tuple({**dict(recorded.parameters), **dict(given.parameters)}.items()),
    )


def _with_os(options: Options, values: Sequence[str]) -> Options:
    pairs = [value.rpartition("=") for value in values]
    of_all = [Os(system) for image, _, system in pairs if not image]
    return replace(
        options,
        os=of_all[-1] if of_all else None,
        os_of=tuple((image, Os(system)) for image, _, system in pairs if image),
    )


def _with_parameters(options: Options, values: Sequence[str]) -> Options:
    pairs = [value.partition("=") for value in values]
    return replace(options, parameters=tuple((name, value) for name, equals, value in pairs if equals))


_OPTIONS: Mapping[str, Callable[[Options, Sequence[str]], Options]] = {
    "--set": _with_parameters,
    "--os": _with_os,
    "--name": lambda options, values: replace(options, name=values[-1]),
    "--cloud": lambda options, values: replace(options, cloud=next(each for each in CLOUDS if each.option == values[-1])),
    "--builder": lambda options, values: replace(options, builder=Builder(values[-1])),
}
_CHOICES = ("--downloads", "--with", "--scripts", "--auth", "--pipeline")
