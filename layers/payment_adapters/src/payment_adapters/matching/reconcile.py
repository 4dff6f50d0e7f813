"""Reconcile: two files against each other on this machine, by the kernel where there is one, else on numpy.

Rule: payment_core/reconciliation/matching.py. Promise: tests/adapters/test_matching.py.
Guide: docs/guides/reconcile.md.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from payment_adapters.matching import kernel
from payment_adapters.matching.engine import Progress, Run, open_source
from payment_adapters.matching.report import Report
from payment_adapters.matching.spec import Spec


def reconcile(
    ours: Path,
    theirs: Path,
    spec: Spec,
    *,
    workers: int = 1,
    with_kernel: bool = True,
    progress: Progress = lambda *_: None,
) -> Report:
    """Compare two files; the report is the same whatever does it, and with however many threads.

    Raises:
        InputError: the first record that cannot be read, of ours before theirs.
        OSError: a file cannot be opened.
    """
    here, there = open_source(ours, spec, spec.ours), open_source(theirs, spec, spec.theirs)
    library = kernel.load() if with_kernel else None
    with ThreadPoolExecutor(workers) as pool:
        if library is None:
            return Run(spec, here, there, pool, progress).report()
        run = kernel.KernelRun(spec, here, there, pool, progress)
        run.prepare(library)
        return run.report()
