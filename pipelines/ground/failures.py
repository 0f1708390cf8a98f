"""Failures of the computer and not of the program: each has a rule, so that each has its sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.ground.errors import KlankbordError, Refused

RULES = {
    errno.ENOSPC: "no_space",
    errno.EDQUOT: "quota_full",
    errno.EIO: "disk_failing",
    errno.EROFS: "read_only",
    errno.ENOMEM: "no_memory",
    errno.EMFILE: "too_many_files",
    errno.ENFILE: "too_many_files",
}
# What libraries call the same, in words or by the name of what they raise.
TEXTS = {os.strerror(code): rule for code, rule in RULES.items()} | {
    "Out of Memory": "no_memory",
    "fsync failed": "disk_failing",  # DuckDB does not say why
}
OUT_OF_MEMORY = {"MemoryError", "OutOfMemoryException"}
DAMAGED = {
    "ComputeError", "FatalException", "InternalException", "IOException", "JSONDecodeError", "PanicException",
    "SerializationException", "UnicodeDecodeError",
}  # fmt: skip


def rule_of(error: BaseException) -> str | None:
    """The rule of a failure that is known; None for any other."""
    if isinstance(error, OSError) and error.errno in RULES:
        return RULES[error.errno]
    if type(error).__name__ in OUT_OF_MEMORY:
        return "no_memory"
    if rule := next((rule for text, rule in TEXTS.items() if text in str(error)), None):
        return rule
    return "data_damaged" if type(error).__name__ in DAMAGED else None


@contextmanager
def foreseen() -> Iterator[None]:
    """A failure that is known becomes a refusal, for whoever tells those; also to stand before a function."""
    try:
        yield
    except KlankbordError:
        raise
    except BaseException as failure:  # what Polars calls a panic is no Exception
        rule = rule_of(failure)
        if rule is None:
            raise
        raise Refused(rule, path=getattr(failure, "filename", None) or "-", kind=type(failure).__name__) from failure
