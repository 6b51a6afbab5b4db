"""A bare FastAPI application under uvicorn, as its tutorial leaves it.

python bare.py PORT
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Message(BaseModel):
    """What is posted."""

    text: str


@app.get("/")
def read_root() -> dict[str, str]:
    """Say hello."""
    return {"hello": "world"}


@app.get("/items/{number}")
def read_item(number: int, q: str | None = None) -> dict[str, int | str | None]:
    """Give an item back."""
    return {"number": number, "q": q}


@app.get("/items")
def list_items() -> list[dict[str, int]]:
    """All items."""
    return [{"number": number} for number in range(200)]


@app.post("/messages")
def post_message(message: Message) -> dict[str, int]:
    """Keep a message."""
    return {"length": len(message.text)}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
