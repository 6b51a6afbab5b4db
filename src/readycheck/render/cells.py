"""Widths in terminal cells: a wide character takes two, a combining mark none."""

from __future__ import annotations


def measure(text: str) -> int:
    """How many cells the text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - most text is ASCII and needs no table

    return cell_len(text)


def take(text: str, width: int) -> str:
    """The longest start of the text that fits into `width` cells."""
    if measure(text) <= width:
        return text
    if text.isascii():
        return text[:width]
    low, high = 0, min(len(text), width * 2 + 16)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= width else (low, middle - 1)
    return text[:low]


def crop(text: str, width: int, ellipsis: str = "…") -> str:
    """The text, cut to `width` cells with an ellipsis where it is longer."""
    if measure(text) <= width:
        return text
    return take(text, max(0, width - measure(ellipsis))).rstrip() + ellipsis


def pad(text: str, width: int) -> str:
    """The text, filled with blanks up to `width` cells."""
    return text + " " * (width - measure(text))


def wrap(text: str, width: int) -> list[str]:
    """The text's words on lines of at most `width` cells; a word that is longer is cut."""
    width = max(width, 2)  # a wide character must fit
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and measure(line) + 1 + measure(word) <= width:
            line = f"{line} {word}"
            continue
        lines += [line] if line else []
        line = word
        while measure(line) > width:
            start = take(line, width) or line[0]
            lines.append(start)
            line = line[len(start) :]
    return [*lines, line] if line or not lines else lines
