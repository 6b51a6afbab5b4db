"""Why a timeout is added only on demand, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "may-take-longer": "what works today and takes longer than the limit will fail",
    "may-be-given-already": "options that this file does not show (`**options`, a spread) may hold a limit already",
    "options-elsewhere": "the options stand in a variable: the limit belongs to where that is filled",
    "options-given": "the connection has `options` already, which the limit would have to be written into",
    "limit-switched-off": "the code says that there is no limit: whoever wrote that has to say what may be waited for",
    "blocking-commands": "the project waits on the server by intent (subscriptions, blocking reads, job queues)",
    "answer-streams": "the answer is read as a stream, which a limit on the whole would cut off",
    "error-unhandled": "the request has no listener for errors here: a limit that ends it would end the process",
    "node-too-old": "the project runs on a Node.js that has no `AbortSignal.timeout`, which came with 17.3",
    "driver-unknown": "nothing tells which database driver makes the connection, and each has options of its own",
    "may-be-sqlite": "the project also opens SQLite databases this way, which refuse the options of a server",
    "pooler-in-front": "a pooler (PgBouncer, Supavisor) stands in front, which may refuse the option at connecting",
    "no-such-option": "the library has no option for this limit",
    "no-plain-call": "the call has a form that the fix does not know",
    "not-server-code": "the place is no code of a server",
    "around-the-call": "the limit goes around the call, not into it: use `asyncio.timeout` where the answer is awaited",
    "mended-where-it-runs": "the limit belongs to the run that is waited for here",
    "import-unclear": "the file does not import what the limit is made of in a form that can be added to",
}
