"""The jobs of a run on several processors, where there are many."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from aib2packer.batch.jobs import Job
from aib2packer.batch.outcomes import Outcome, Settings
from aib2packer.batch.running import failed, run_job
from aib2packer.project_folder.drafts import remove_left_drafts

if TYPE_CHECKING:
    from aib2packer.download.vendor import Watcher

MANY = 8
"""A further process pays off from this many files on."""


def run_jobs(jobs: Sequence[Job], settings: Settings, watcher: Watcher | None = None) -> Iterator[Outcome]:
    """The outcomes in the order of the jobs, each as soon as it and those before it are done.

    ``watcher`` sees the downloads of a few files; many are converted in processes of their own.
    """
    if settings.write:
        for folder in {each for job in jobs for each in (job.folder, job.folder.parent)}:
            remove_left_drafts(folder)
    work = partial(run_job, settings=settings)
    if len(jobs) < MANY or (os.cpu_count() or 1) < 2 or any(job.name == "-" for job in jobs):
        yield from map(partial(work, watcher=watcher), jobs)
        return
    yield from _in_processes(jobs, work)


def _end_with_parent() -> None:
    """Lets a worker end when the run does, however that ends; an interruption is for the run to handle."""
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = parent_process()
    assert run is not None

    def end() -> None:
        run.join()
        os._exit(1)

    Thread(target=end, daemon=True).start()


def _in_processes(jobs: Sequence[Job], work: Callable[[Job], Outcome]) -> Iterator[Outcome]:
    """Converts in several processes; where one is killed, the jobs that may have been in it are done again, each in its own.

    A run that is interrupted ends with the jobs that have begun.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    left = list(jobs)
    while left:
        with ProcessPoolExecutor(initializer=_end_with_parent) as pool, suppress(BrokenProcessPool):
            try:
                for future in [pool.submit(work, job) for job in left]:
                    yield future.result()
                    left.pop(0)
            finally:
                pool.shutdown(cancel_futures=True)
        for job in left[: os.cpu_count()]:
            yield _in_own_process(job, work)
            left.pop(0)


def _in_own_process(job: Job, work: Callable[[Job], Outcome]) -> Outcome:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    with ProcessPoolExecutor(1, initializer=_end_with_parent) as pool:
        try:
            return pool.submit(work, job).result()
        except BrokenProcessPool:
            message = "The process that converted the file was killed. Check the memory of the machine."
            return failed(job, message)
