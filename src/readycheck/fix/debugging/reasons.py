"""Why a route is put behind a condition only on demand, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "route-disappears": "the route is gone wherever the environment does not say that this is development",
    "guarded-already": "something keeps strangers out already",
    "environment-unknown": "nothing in the project reads a variable that tells development from production",
    "part-of-expression": "the route is registered inside of an expression, in a list, or by the path of its file",
    "handler-used": "other code uses the function that answers: it has to be there in production, too",
    "other-routes": "the function answers further routes, which would disappear with this one",
    "runtime-unknown": "the runtime may have no `process.env`",
}
