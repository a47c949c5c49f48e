from __future__ import annotations

import asyncio

from proxy.detectors.desks import Job, Reply


async def test_the_first_reply_to_a_post_counts() -> None:
    """Whoever comes later, with an answer or without one, changes nothing."""
    reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    job = Job(number=1, texts=b"Geheim", rules="r", register="v", key=b"k", deadline=1.0, reply=reply)
    job.settle(Reply(answer=None, cause="deadline"))
    job.settle(Reply(answer=None, cause="crash"))

    assert (await reply).cause == "deadline"
    assert job.asks == ("r", "v")
    assert "Geheim" not in repr(job)
