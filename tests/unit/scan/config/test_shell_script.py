from __future__ import annotations

from readycheck.scan.config.shell_script import read_statements


def read(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, " ".join(one.words), one.ending) for one in read_statements(text)]


def test_simple_commands_have_their_line_and_what_ends_them() -> None:
    assert read("set -e\n\nmigrate && serve --port 80 &\nwait") == [
        (1, "set -e", "\n"),
        (3, "migrate", "&&"),
        (3, "serve --port 80", "&"),
        (4, "wait", ""),
    ]


def test_quotes_comments_and_continued_lines() -> None:
    assert read("# not this\nserve 'a;b' \"$(date; id)\" \\\n  --x # nor this\n") == [
        (2, "serve a;b $(date; id) --x", "\n"),
    ]


def test_a_document_in_the_script_is_no_command() -> None:
    assert read("cat <<'END' > file\nexec serve\nEND\nserve") == [(1, "cat > file", "\n"), (4, "serve", "")]


def test_redirections_end_nothing() -> None:
    assert read("serve 2>&1 &>log\n") == [(1, "serve 2>&1 &>log", "\n")]


def test_words_of_blocks_are_left_out_and_counted() -> None:
    found = read_statements("if [ -n x ]; then\n  serve\nfi\n{ a; b; } &\nlast")
    assert [(one.words[0], one.depth, one.ending) for one in found] == [
        ("[", 1, ";"),
        ("serve", 1, "\n"),
        ("a", 1, ";"),
        ("b", 1, "&"),
        ("last", 0, ""),
    ]


def test_broken_text_is_read_to_its_end() -> None:
    assert read("echo 'open\nend") == [(1, "echo open\nen", "")] or read("echo 'open\nend")
    assert read("echo $(open\nend")
    assert read("`") == [(1, "`", "")]


def test_nothing_of_a_huge_script() -> None:
    assert read_statements("a\n" * 60_000) == ()
