"""
The limit of open files; starting and stopping is tested in `tests/integration/test_operations.py`.
"""

from __future__ import annotations

import resource

import pytest

from proxy.core.errors import ConfigurationError
from proxy.settings.model import Limits
from proxy.web.server import ensure_file_descriptors

NEEDED = 2000 + 256 + 64 + 256


@pytest.mark.parametrize(
    ("files", "result", "calls"),
    [
        ((NEEDED, NEEDED), NEEDED, []),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), resource.RLIM_INFINITY, []),
        ((1024, NEEDED), NEEDED, [(NEEDED, NEEDED)]),
        ((1024, resource.RLIM_INFINITY), NEEDED, [(NEEDED, resource.RLIM_INFINITY)]),
    ],
)
def test_the_soft_limit_is_raised_when_it_may_be(
    files: tuple[int, int], result: int, calls: list[tuple[int, int]]
) -> None:
    """Enough stays, too little is raised up to the hard limit."""
    made: list[tuple[int, int]] = []
    limit = ensure_file_descriptors(Limits(), get=lambda: files, put=lambda soft, hard: made.append((soft, hard)))
    assert (limit, made) == (result, calls)


def _refuses(soft: int, hard: int) -> None:
    raise ValueError((soft, hard))


@pytest.mark.parametrize("files", [(1024, 1024), (1024, NEEDED)])
def test_too_few_files_stop_the_start(files: tuple[int, int]) -> None:
    """The process does not start with caps it cannot keep, and says which setting to change."""
    with pytest.raises(ConfigurationError) as caught:
        ensure_file_descriptors(Limits(), get=lambda: files, put=_refuses)
    (problem,) = caught.value.problems
    assert problem.code == "file-descriptors"
    assert "limits.connections" in problem.remedy.de
    assert str(NEEDED) in problem.message.en


def test_this_process_has_enough_for_small_limits() -> None:
    """The real limits of the system can be read."""
    assert ensure_file_descriptors(Limits(connections=1, in_flight=1)) != 0
