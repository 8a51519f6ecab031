"""Types of what the tests use of the stand-in; mypy reads them in the place of its code, which comes without annotations."""

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

Event = dict[str, Any]
"""As a line of its log: JSON, whose keys are those of the kind of event."""

def full_path(path: str, env: Mapping[str, str] | None = None) -> str: ...

class WinRM:
    port: int
    events: list[Event]
    uploads: list[tuple[int, str, bytes]]
    def __init__(
        self,
        port: int = 0,
        rules: Sequence[Mapping[str, object]] = (),
        *,
        restart_probes: int = 1,
        updates: int = 0,
        accounts: Mapping[str, str] | None = None,
    ) -> None: ...
    def __enter__(self) -> WinRM: ...
    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None: ...
    def bytes_of(self, sha256: str) -> bytes: ...
    def template_events(self) -> Iterator[tuple[str, Event]]: ...
