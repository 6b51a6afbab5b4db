from __future__ import annotations

import pytest

from readycheck.scan.layers.options import parse_size, read_layer_options, read_number
from readycheck.scan.layers.sizes import describe_size
from tests.unit.scan.layers.conftest import Layered

APP = """
const express = require("express");
const app = express();
{}
app.post("/x", (req, res) => res.end());
app.listen(1);
"""


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        ('app.use(express.json({ limit: "2mb" }));', 2 << 20),
        ("const options = { limit: 4 * 1024 };\napp.use(express.json(options));", 4096),
        ('const limit = process.env.LIMIT || "1mb";\napp.use(express.json({ limit }));', 1 << 20),
        ("const make = () => ({ limit: 10 });\napp.use(express.json(make()));", 10),
        ('const base = { limit: "3kb" };\napp.use(express.json({ ...base, strict: true }));', 3072),
    ],
)
def test_options_are_followed_to_their_value(layered: Layered, lines: str, size: int) -> None:
    stack = layered({"server.js": APP.replace("{}", lines, 1)})
    [layer] = [one for one in stack.layers if "express.json" in one.piece.externals]
    assert read_number(stack, read_layer_options(stack, layer)["limit"]) == size


def test_sizes_for_readers() -> None:
    sizes = (None, 512, 102400, 50 << 20, 5 << 30, float("inf"))
    known = "a limit that the configuration gives"
    assert [describe_size(one) for one in sizes] == [known, "0.5 kB", "100 kB", "50 MB", "5 GB", "no limit"]
    assert parse_size("1.5mb") == 1.5 * (1 << 20)
    assert parse_size("many") is None
