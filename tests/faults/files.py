"""The plug pulled between two changes to a computer's files: its keys and its photos.

Knows which calls of the product change a file; knows nothing of what is in one.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import yizhan.blobs
from tests.faults.faults import Crash, Hook


@contextmanager
def plug(hook: Hook, folder: Path, n: int | None) -> Iterator[None]:
    """The plug is pulled before the n-th change to a file in a folder (None: before none).

    Of bytes that were just being appended half are there. Once the plug is out, pulled here or
    in a statement, no `finally` changes a file any more.
    """
    left = n

    def watched(real: Callable[..., Any], torn: Callable[..., None] = lambda *_: None) -> Any:
        def change(path: Path, *values: Any, **named: Any) -> Any:
            nonlocal left
            if Path(path).is_relative_to(folder):
                if hook.pulled:
                    raise Crash(hook.name)
                if left is not None:
                    left -= 1
                if left is not None and left < 0:
                    left = None
                    torn(path, *values)
                    hook.pull()
            return real(path, *values, **named)

        return change

    append = yizhan.blobs._append

    def half(path: Path, offset: int, content: bytes) -> None:
        append(path, offset, content[: len(content) // 2])

    with (
        mock.patch.object(Path, "unlink", watched(Path.unlink)),
        mock.patch.object(Path, "replace", watched(Path.replace)),
        mock.patch.object(os, "link", watched(os.link)),
        mock.patch.object(yizhan.blobs, "_append", watched(append, half)),
    ):
        yield
