"""Layers that turn an error that nobody expected into an answer."""

from __future__ import annotations

import re

from readycheck.scan.late import compile_late
from readycheck.scan.layers.body import Body

EVERYTHING = compile_late(r"^(?:except\s*(?:\(?\s*(?:Exception|BaseException)\b.*)?|catch\b.*)$")
ANSWERS = compile_late(
    r"(?:^|[._])(?:send|respond|response|answer|problem|json|jsonify|Response|JSONResponse|PlainTextResponse|HTMLResponse|"
    r"ORJSONResponse|HttpResponse|JsonResponse|handle\w*|on_?error|error_response|render|status|code|end)\w*$",
    re.IGNORECASE,
)


# What a layer calls to let a request pass.
INNER = compile_late(r"(?:^|\.)(?:app|call_next|next|get_response|_app|asgi|inner|handler|wsgi_app)$")


def catches_all(body: Body) -> bool:
    """Whether code catches whatever is raised in what it calls, and answers."""
    caught = any(
        EVERYTHING.match(text.strip()) for call in body.calls if INNER.search(call.text) for text in call.catches or ()
    )
    return caught and any(
        call.is_marked("handler") and not call.is_marked("throw") and ANSWERS.search(call.text.partition("(")[0])
        for call in body.calls
    )
