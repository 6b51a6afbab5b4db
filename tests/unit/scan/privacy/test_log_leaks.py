from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.files.languages import language_of
from readycheck.scan.privacy.leaks import find_leaks
from readycheck.scan.privacy.masking import masks_secrets
from readycheck.scan.privacy.sensitive import Tier
from readycheck.scan.unit import Unit

S, P, M = Tier.SECRET, Tier.PERSONAL, Tier.MESSAGE
PYTHON = "import logging\nlogger = logging.getLogger(__name__)\n"


def leaks(text: str, path: str) -> list[Tier]:
    whole = PYTHON + text if path.endswith(".py") else text
    return [leak.found.tier for leak in find_leaks(Unit(path, language_of(path) or Language.PYTHON, whole))]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("console.log(req.body)", "a.js", [S]),
        ("console.log({ ...req.body })", "a.js", [S]),
        ("console.log('a', JSON.stringify(req.headers))", "a.js", [S]),
        ("console.log(req.body.title, req.params.id)", "a.js", []),
        ("console.log(a ? password : 'none')", "a.js", [S]),
        ("console.log(password ? 'set' : 'none')", "a.js", []),
        ("console.log(password && 'set')", "a.js", []),
        ("console.log('x' + apiKey)", "a.js", [S]),
        ("console.log(users.map((user) => user.email))", "a.js", [P]),
        ("console.log(users.map((user) => user.id))", "a.js", []),
        ("console.log(token.length, typeof token)", "a.js", []),
        ("console.log(`${user}`)", "a.js", []),
        ("console.log(user)", "a.js", [P]),
        ("console.error('failed', user)", "a.js", []),
        ("log.child({ email: user.email }).info('x')", "a.js", []),
        ("const log = { info() {} }; other.info(req.body)", "a.js", []),
        ("const t = maskToken(token); console.log(t, maskEmail(email))", "a.js", []),
        ("console.log(err.message, error.response.data)", "messages/a.js", []),
        ("console.log('a', content)", "messages/a.js", [M]),
        ("console.log('a', content)", "pages/a.js", []),
        ("logger.info('a %s', password)", "a.py", [S]),
        ("logger.info('a %s' % password)", "a.py", [S]),
        ("logger.info('a {}'.format(password))", "a.py", [S]),
        ("logger.info(f'a {password!r}')", "a.py", [S]),
        ("logger.info('a', extra={'email': user.email})", "a.py", [P]),
        ("logger.info('a %s', credentials['username'])", "a.py", []),
        ("logger.info('a %s', credentials['password'])", "a.py", [S]),
        ("logger.info('a %s', user)", "a.py", []),
        ("logger.info('a %d', max_tokens)", "a.py", []),
        ("math.log(password)", "a.py", []),
        ("logger.info('card %s, key %s', card_number[-4:], api_key[:4])", "a.py", []),
        ("logger.info('key %s', api_key[:20])", "a.py", [S]),
        ("console.log(`card ${cardNumber.slice(-4)}`)", "a.js", []),
        ("catalog.info(password)", "a.py", []),
        ("if __name__ == '__main__':\n    print(password)", "a.py", []),
        ("logger.info('%s', checkout.token)  # jwt", "a.py", []),
        ("logger.info('%s', token)", "parser.py", []),
        ("logger.info('%s', token)  # jwt", "auth.py", [S]),
    ],
)
def test_leaks(text: str, path: str, expected: list[Tier]) -> None:
    assert leaks(text, path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(e):\n    e.pop('password')\n    return e\n", True),
        ("KEYS = ('token',)\ndef f(e):\n    for k in KEYS:\n        e[k] = '***'\n", True),
        ("def f(e):\n    return e\n", False),
        ("def f(e):\n    # e.pop('password')\n    return e\n", False),
        ('def f(e):\n    """Replace password by [redacted]."""\n    return e\n', False),
        ("KEYS = ('password',)\ndef f(e):\n    e.pop('color', None)\n    return e\n", False),
    ],
)
def test_what_masks_secrets(text: str, expected: bool) -> None:  # noqa: FBT001 - table
    unit = Unit("a.py", Language.PYTHON, text)
    function = unit.root.find(kind="function_definition")
    assert function is not None
    assert masks_secrets(unit, function) is expected
