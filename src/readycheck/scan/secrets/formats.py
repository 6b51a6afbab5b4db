"""Token formats that providers document, as a table: what a secret of each looks like, and which word gives it away.

A format is only looked for in a text that holds one of its words. `random` is the least entropy, in bits a character,
that the part after the prefix must have: below it the text is a stand-in for a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from readycheck.scan.late import compile_late
from readycheck.scan.secrets.values import is_stand_in, measure_entropy

LEAST_ENTROPY = 3.0


@dataclass(frozen=True)
class Format:
    """One sort of token. `expression` matches the whole token, or has a group `secret` around it."""

    title: str
    words: tuple[str, ...]
    expression: str
    random: float = LEAST_ENTROPY

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, not inside of a longer word."""
        return re.compile(rf"(?<![\w-])(?:{self.expression})(?![\w-])")


@dataclass(frozen=True, slots=True)
class Token:
    """A token in a text: what it is, and the offsets at which it stands."""

    title: str
    start: int
    end: int


def make(title: str, words: str, expression: str, random: float = LEAST_ENTROPY) -> Format:
    """A row of the table; `words` are separated by blanks."""
    return Format(title, tuple(words.split()), expression, random)


HEX = "[0-9a-f]"
WORD = "[A-Za-z0-9]"
LINK = r"[A-Za-z0-9_-]"
FORMATS: tuple[Format, ...] = (
    # Clouds and hosts
    make("an AWS access key id", "AKIA ASIA ABIA ACCA", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    make("an Amazon Bedrock key", "ABSKQmVkcm9jaw", r"ABSKQmVkcm9jaw[A-Za-z0-9+/=]{90,}"),
    make("a Google API key", "AIza", f"AIza{LINK}{{35}}"),
    make("a Google OAuth client secret", "GOCSPX-", f"GOCSPX-{LINK}{{28}}"),
    make("a Google access token", "ya29.", r"ya29\.[A-Za-z0-9_-]{30,}"),
    make("an Azure storage key", "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)"),
    make("an Azure client secret", "Q~", rf"{WORD}{{3}}\dQ~[A-Za-z0-9_~.-]{{31,34}}", 3.5),
    make("an Alibaba access key id", "LTAI", f"LTAI{WORD}{{20}}"),
    make("a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", f"do[opr]_v1_{HEX}{{64}}"),
    make("a Heroku key", "HRKU-AA", f"HRKU-AA{LINK}{{58}}"),
    make("a Fly.io token", "fo1_ fm1r_ fm2_", rf"fo1_{LINK}{{43}}|fm[12]r?_[A-Za-z0-9+/]{{100,}}={{0,3}}"),
    make("a Netlify token", "nfp_", f"nfp_{WORD}{{36}}"),
    make("a PlanetScale credential", "pscale_", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}"),
    make("a Supabase key", "sbp_ sb_secret_", f"sbp_{HEX}{{40}}|sb_secret_{LINK}{{20,}}"),
    make("a Databricks token", "dapi", f"dapi{HEX}{{32}}(?:-[0-9])?"),
    make("a Vault token", "hvs. hvb.", r"hvs\.[A-Za-z0-9_-]{90,120}|hvb\.[A-Za-z0-9_-]{138,300}"),
    make("a Terraform Cloud token", "atlasv1", rf"{WORD}{{14}}\.atlasv1\.[A-Za-z0-9_=-]{{60,70}}"),
    make("a Doppler token", "dp.", rf"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{{2,35}}\.)?{WORD}{{40,44}}"),
    make("a Pulumi token", "pul-", f"pul-{HEX}{{40}}"),
    make("a Yandex Cloud key", "AQVN", f"AQVN{LINK}{{35,38}}"),
    # Source code, packages, CI
    make("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", f"gh[pousr]_{WORD}{{36}}"),
    make("a GitHub fine-grained token", "github_pat_", f"github_pat_{WORD}{{22}}_{WORD}{{59}}"),
    make(
        "a GitLab token", "glpat- gldt- glrt- glcbt- glptt- glft- glsoat-",
        f"gl(?:pat|dt|rt|cbt|ptt|ft|soat)-{LINK}{{20,40}}",
    ),
    make("an Atlassian token", "ATATT3", r"ATATT3[A-Za-z0-9_=-]{186}"),
    make("a Bitbucket app password", "ATBB", f"ATBB{WORD}{{32}}"),
    make("an npm token", "npm_", f"npm_{WORD}{{36}}"),
    make("a PyPI token", "pypi-", f"pypi-AgEIcHlwaS5vcmc{LINK}{{50,}}"),
    make("a RubyGems key", "rubygems_", f"rubygems_{HEX}{{48}}"),
    make("a Docker Hub token", "dckr_pat_ dckr_oat_", f"dckr_[po]at_{LINK}{{27,32}}"),
    make("a CircleCI token", "CCIPAT_", f"CCIPAT_{WORD}{{22}}_{HEX}{{40}}"),
    make("a Postman key", "PMAK-", f"PMAK-{HEX}{{24}}-{HEX}{{34}}"),
    # Chat, mail, telephone
    make("a Slack token", "xoxb- xoxp- xoxe- xoxa- xoxr- xoxs-", r"xox[bpears](?:\.xox[bp])?-[0-9A-Za-z-]{20,}", 2.8),
    make("a Slack app token", "xapp-", rf"xapp-\d-[A-Z0-9]+-\d+-{HEX}{{64}}"),
    make(
        "a Slack webhook", "hooks.slack.com",
        r"https?://hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[A-Za-z0-9+/]{43,56})",
    ),
    make(
        "a Microsoft Teams webhook", "webhook.office.com",
        rf"https://[\w.-]+\.webhook\.office\.com/webhookb2/(?P<secret>[\w@-]+/IncomingWebhook/{HEX}{{32}}/[\w-]+)",
    ),
    make(
        "a Discord webhook", "api/webhooks/",
        r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/(?P<secret>[A-Za-z0-9_-]{60,72})",
    ),
    make("a Discord bot token", "M N O", r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,38}", 4.2),
    make("a Telegram bot token", ":AA", rf"[0-9]{{8,10}}:AA{LINK}{{33}}", 3.5),
    make("a SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    make("a Sendinblue key", "xkeysib-", f"xkeysib-{HEX}{{64}}-{WORD}{{16}}"),
    make("a Mailgun key", "key-", f"key-{HEX}{{32}}"),
    make("a Mailchimp key", "-us", rf"{HEX}{{32}}-us\d{{1,2}}"),
    make("a Resend key", "re_", f"re_{WORD}{{8}}_{WORD}{{24}}"),
    make("a Twilio key", "SK", f"SK{HEX}{{32}}"),
    # Money and shops
    make(
        "a Stripe key", "sk_live_ rk_live_ sk_test_ rk_test_ sk_prod_ rk_prod_",
        f"[rs]k_(?:live|test|prod)_{WORD}{{16,247}}",
    ),
    make("a Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{32,64}"),
    make("a Square token", "sq0atp- sq0csp- EAAA", f"sq0(?:atp|csp)-{LINK}{{22,43}}|EAAA{LINK}{{60}}"),
    make("a Shopify token", "shpat_ shpca_ shppa_ shpss_", "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    make("a Braintree token", "access_token$", rf"access_token\$(?:production|sandbox)\${HEX}{{16}}\${HEX}{{32}}"),
    make("a Flutterwave key", "FLWSECK", f"FLWSECK(?:_TEST)?-{HEX}{{32}}-X"),
    make("a Razorpay key", "rzp_live_", f"rzp_live_{WORD}{{14}}"),
    # Models
    make(
        "an OpenAI key", "sk-",
        f"sk-(?:(?:proj|svcacct|admin|None)-)?{LINK}{{20,}}T3BlbkFJ{LINK}{{20,}}|sk-(?:proj|svcacct|admin)-{LINK}{{40,}}",
    ),
    make("an Anthropic key", "sk-ant-", f"sk-ant-(?:api|admin|oat|sid)[0-9]{{2}}-{LINK}{{40,}}"),
    make("an OpenRouter key", "sk-or-", f"sk-or-v1-{HEX}{{64}}"),
    make("a Hugging Face token", "hf_ api_org_", "(?:hf_|api_org_)[A-Za-z]{34}"),
    make("a Groq key", "gsk_", f"gsk_{WORD}{{52}}"),
    make("an xAI key", "xai-", f"xai-{WORD}{{80}}"),
    make("a Replicate token", "r8_", f"r8_{WORD}{{37}}"),
    make("a Perplexity key", "pplx-", f"pplx-{WORD}{{48}}"),
    make("a LangSmith key", "lsv2_", f"lsv2_(?:pt|sk)_{HEX}{{32}}_{HEX}{{10}}"),
    make("a Pinecone key", "pcsk_", f"pcsk_{LINK}{{60,80}}"),
    # Monitoring and tools. A Sentry DSN is none: it is made to be sent to browsers.
    make("a Sentry token", "sntrys_ sntryu_", f"sntryu_{HEX}{{64}}|sntrys_eyJ[A-Za-z0-9+/_=-]{{80,}}"),
    make("a Grafana token", "glsa_ glc_", f"glsa_{WORD}{{32}}_{HEX}{{8}}|glc_eyJ[A-Za-z0-9+/=]{{40,400}}"),
    make("a New Relic key", "NRAK-", "NRAK-[A-Z0-9]{27}"),
    make("a Dynatrace token", "dt0c01.", r"dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    make("a PostHog key", "phx_", f"phx_{WORD}{{40,50}}"),
    make("a Linear key", "lin_api_", f"lin_api_{WORD}{{40}}"),
    make("a Notion token", "ntn_ secret_", f"ntn_[0-9]{{11}}{WORD}{{35}}|secret_{WORD}{{43}}"),
    make("an Airtable token", "pat", rf"pat{WORD}{{14}}\.{HEX}{{64}}"),
    make("a Figma token", "figd_", f"figd_{LINK}{{40}}"),
    make("a Mapbox secret token", "sk.eyJ", r"sk\.eyJ[A-Za-z0-9_-]{60,}\.[A-Za-z0-9_-]{20,}"),
    make("a 1Password service token", "ops_eyJ", r"ops_eyJ[A-Za-z0-9+/]{100,}={0,3}"),
    make("an age secret key", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    make("a Facebook access token", "EAAC EAAM", f"EAA[MC]{WORD}{{100,}}"),
    make("a Twitter bearer token", "AAAAAAAAAAAAAAAAAAAA", r"A{22}[A-Za-z0-9%]{80,100}"),
)  # fmt: skip
# Every token is one long run of such characters.
LONG = compile_late(r"[A-Za-z0-9_$.+/=~:%@-]{20,}")
# What a format begins with, up to its last mark: as much of it as ends where a word does.
COMMON = frozenset({"key-", "api/webhooks/"})
MARKED = compile_late(r"\w.*[-./:=]")
KEY_BLOCK = compile_late(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?P<body>(?:\\r|\\n|[\sA-Za-z0-9+/=,:\"'`\\-]){0,4000}?)"
    r"-----END",
)
# A JSON web token; of those that are made for browsers the payload says so.
JSON_WEB_TOKEN = compile_late(
    r"(?<![\w-])ey[IJ][A-Za-z0-9_-]{10,}\.ey[IJ][A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}(?![\w-])"
)


def find_tokens(text: str) -> Iterator[Token]:
    """Every token in a text, format by format; the same place may be named twice by formats that overlap."""
    runs = "\n".join(LONG.findall(text))
    for one in FORMATS:
        if any(word in runs for word in one.words):
            for found in one.pattern.finditer(text):
                group = "secret" if "secret" in found.groupdict() else 0
                if is_random(found[group], one):
                    yield Token(one.title, found.start(group), found.end(group))
    if "PRIVATE KEY" in text:
        yield from find_key_blocks(text)


def is_random(secret: str, one: Format) -> bool:
    """Whether a text has the look of a made token, and not of a stand-in for one."""
    start = max((len(word) for word in one.words if secret.startswith(word)), default=0)
    return not is_stand_in(secret) and measure_entropy(secret[start:]) >= one.random


def find_key_blocks(text: str) -> Iterator[Token]:
    """Private keys with something in them."""
    for found in KEY_BLOCK.finditer(text):
        body = re.sub(r"\\[rn]|[\s\"'`\\]", "", found["body"])
        if len(body) >= 60 and measure_entropy(body) >= 4 and not is_stand_in(body):  # noqa: PLR2004 - the least key
            yield Token("a private key", found.start(), found.end())


def list_anchors() -> tuple[str, ...]:
    """What a file must hold to hold a token, for the prefilter: the words of the formats, as beginnings of words.

    Of what holds a mark only a part is looked for; formats that no word begins, or one that every file holds, are found
    in files which speak of tokens, secrets or keys anyway.
    """
    found = {"PRIVATE KEY"}
    for word in (word for one in FORMATS for word in one.words if len(word) > 1):
        head = MARKED.match(word)
        if head is not None and head[0] not in COMMON:
            found.add(head[0])
        elif word.replace("$", "").isalnum() or "_" in word:
            found.add(f"{word}*")
    return tuple(sorted(found))
