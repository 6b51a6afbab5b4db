"""The codes of refusals and of unsafe fixes."""

from __future__ import annotations

import re

from readycheck.fix.reasons import REASONS, find_reasons, list_packages


def test_a_code_has_one_sentence_whoever_gives_it() -> None:
    sentences: dict[str, set[str]] = {}
    for reasons in (REASONS, *list_packages().values()):
        for code, sentence in reasons.items():
            sentences.setdefault(code, set()).add(sentence)

    assert {code: found for code, found in sentences.items() if len(found) > 1} == {}


def test_codes_are_in_kebab_case_and_sentences_have_no_full_stop() -> None:
    reasons = find_reasons()

    assert [code for code in reasons if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", code)] == []
    assert [sentence for sentence in reasons.values() if sentence.endswith(".") or not sentence] == []
