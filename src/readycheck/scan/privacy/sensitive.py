"""How sensitive a value is, by what it is called and where it is taken from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from readycheck.scan.late import compile_late
from readycheck.scan.secrets.names import is_secret_name, split_name


class Tier(IntEnum):
    """How bad it is to find something in the log, worst first."""

    SECRET = 1
    PERSONAL = 2
    MESSAGE = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Something sensitive, and what it is in a few words."""

    tier: Tier
    what: str


REQUEST = r"(?:req|request|ctx\.req(?:uest)?|c\.req|flask\.request|event|info\.context|self\.request|socket\.request)"
BODY = compile_late(
    rf"^{REQUEST}\.(?:body|rawBody|raw_body|json|form|POST|values|get_json\(.*\)|json\(.*\)|body\(\)|data)$"
    r"|^(?:await )?request\.(?:json|body|form)\(\)$"
)
HEADERS = compile_late(rf"^(?:{REQUEST}|socket\.handshake|client\.handshake)\.headers$")
HEADER = compile_late(
    r"(?i)headers?\)?\??(?:\.|\[\s*[\"'`]|\.get\(\s*[\"'`])\s*(?:authorization|cookie|set-cookie|x-api-key|proxy-authorization)"
)
COOKIES = compile_late(rf"(?i)^{REQUEST}\.(?:cookies|signedCookies|COOKIES|session)$|^(?:document|resp\w*)\.cookies?$")
HANDSHAKE = compile_late(r"(?:^|\.)handshake(?:\.(?:auth|query))?$")
ENVIRONMENT = compile_late(r"^(?:process\.env|os\.environ|dict\(os\.environ\)|import\.meta\.env)$")
HOLDING = (
    (BODY, "the whole body of a request, passwords included"),
    (HEADERS, "headers that log somebody in"),
    (HEADER, "a header that logs somebody in"),
    (COOKIES, "cookies that log somebody in"),
    (HANDSHAKE, "what a client logs in with"),
    (ENVIRONMENT, "the whole environment, secrets included"),
)
ADDRESS = compile_late(
    r"(?i)^(?:database|db|redis|mongo(?:db)?|postgres(?:ql)?|mysql|amqp|broker|rabbit(?:mq)?|celery_broker|sqlalchemy_database"
    r"|connection|conn|celery_result_backend)_?(?:url|uri|string|str|dsn)$|^connectionstring$"
)
NO_TOKENS = compile_late(r"(?i)pars|lex|tokeni[sz]|grammar|compiler|syntax|template|markdown")
ABOUT_TOKENS = compile_late(r"(?i)jwt|bearer|auth|session|login|passw|refresh|access|invit|reset|csrf|api[_-]?key")
PERSONAL = frozenset({
    "email", "emails", "email_address", "emailaddress", "e_mail", "user_email", "useremail", "phone", "phone_number",
    "phonenumber", "mobile_number", "ssn", "social_security_number", "iban", "card_number", "cardnumber", "credit_card",
    "creditcard", "cvv", "cvc", "date_of_birth", "dateofbirth", "birthdate", "dob", "passport_number", "tax_id",
    "national_id", "home_address", "street_address", "recipient_email", "to_email", "from_email", "customer_email",
})  # fmt: skip
PERSONS = frozenset(
    {
        "user",
        "currentuser",
        "current_user",
        "customer",
        "useraccount",
        "newuser",
        "dbuser",
        "loggedinuser",
        "existinguser",
        "founduser",
        "usr",
    }
)
KEYED = compile_late(r"(?:\[|\.get\()[\"'](\w+)[\"'][\])]")
# What such an object calls its token is its public id.
ITEMS = compile_late(
    r"(?i)(?:order|checkout|transaction|payment|item|cart|voucher|invoice|instance|device)(?:_?info)?$"
)
HOLDERS = frozenset({"req", "request", "ctx", "state", "socket", "session", "this", "locals", "client"})
# What an HTTP client calls an answer is not what a model said.
ANSWER = compile_late(r"(?i)r|res|resp|response|result")
HTTP = compile_late(r"\b(?:requests|httpx|aiohttp|urllib3|curl|axios|got)\b")
ERROR = compile_late(r"(?i)(?:^|[^a-z])(?:e|ex|exc|err|\w*error|exception|cause|reason|failure|warning)$")
TALK = compile_late(
    r"(?i)messag|conversation|(?:^|[/_.-])chats?(?:[/_.-]|bot|$)|llm|langchain|langgraph|openai|anthropic|companion|prompt"
    r"|memor(?:y|ies)|assistant|(?:^|[/_.-])agents?(?:[/_.-]|$)|moderat|inbox|mailer|notification|whatsapp|telegram|sms"
)
MESSAGES = frozenset({
    "content", "message_content", "messagecontent", "message_text", "messagetext", "message_body", "prompt",
    "prompts", "system_prompt", "systemprompt", "user_prompt", "userprompt", "user_input", "userinput",
    "user_message", "usermessage", "completion", "completions", "reply", "replies", "transcript", "transcription",
    "summary", "memories", "memory", "fact", "facts", "newmemories", "new_memories", "conversation", "chat_history",
    "chathistory", "messages", "answer", "mail", "email_body", "emailbody", "body_text", "ai_response",
    "airesponse", "llm_response", "llmresponse", "response_text", "responsetext", "generated_text", "generatedtext",
    "utterance", "tool_output", "tooloutput",
})  # fmt: skip
LOOSE_MESSAGES = frozenset({"text", "message", "input", "output", "question"})


def judge_name(text: str, *, path: str, whole: str) -> Found | None:
    """What an expression is by its text: `req.body.password`, `user.email`; `whole` is the text of the file."""
    plain = text.replace("?.", ".").replace("!.", ".").replace("!", "").strip()
    owner, _, last = KEYED.sub(r".\1", plain).rpartition(".")
    last = re.sub(r"[\[(].*$", "", last) if not last.endswith("()") else last
    secret = judge_secret(plain, last, path, whole)
    if secret is not None:
        return secret
    if ERROR.search(owner) and owner:
        return None
    word = "_".join(split_name(last))
    if last.lower() in PERSONAL or word in PERSONAL:
        return Found(Tier.PERSONAL, f"personal data (`{shorten(plain)}`)")
    return None


def judge_secret(plain: str, last: str, path: str, whole: str) -> Found | None:
    """Whether an expression is a secret, or something that holds some."""
    for pattern, what in HOLDING:
        if pattern.search(plain):
            return Found(Tier.SECRET, f"{what} (`{shorten(plain)}`)")
    if ADDRESS.match(last):
        return Found(Tier.SECRET, f"an address with a password in it (`{shorten(plain)}`)")
    if not is_secret_name(last) or is_harmless(plain, last, path, whole):
        return None
    return Found(Tier.SECRET, f"a secret (`{shorten(plain)}`)")


def is_harmless(plain: str, last: str, path: str, whole: str) -> bool:
    """Whether a name of a secret is that of a piece of text, of a name, or of a switch."""
    if last.isupper() and "." in plain and plain.partition(".")[0][:1].isupper():
        return True  # a member of an enumeration: Kind.TOKEN
    if last.lower() in ("token", "_token", "tok"):
        if ITEMS.search(plain.rpartition(".")[0]):
            return True
        return NO_TOKENS.search(path) is not None or ABOUT_TOKENS.search(f"{path} {whole}") is None
    return False


def judge_message(plain: str, *, is_loose: bool, path: str, whole: str) -> Found | None:
    """Whether an expression is what somebody wrote, in a file that is about such texts.

    Where it is `is_loose`, words count that elsewhere often mean something else (`text`, `message`).
    """
    if TALK.search(path) is None:
        return None
    *owners, last = KEYED.sub(r".\1", plain.replace("?.", ".").replace("!", "")).split(".")
    if any(ERROR.search(owner) for owner in owners):
        return None
    if owners and ANSWER.fullmatch(owners[-1]) and HTTP.search(whole):
        return None
    name = last.lower()
    if name in MESSAGES or (name in LOOSE_MESSAGES and is_loose):
        return Found(Tier.MESSAGE, f"what people write (`{shorten(plain)}`)")
    return None


def is_person(plain: str) -> bool:
    """Whether an expression is a whole user."""
    owner, _, last = plain.replace("?.", ".").rpartition(".")
    return last.lower() in PERSONS and (not owner or owner.rpartition(".")[2] in HOLDERS)


def shorten(text: str) -> str:
    """An expression short enough for a message."""
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - a third of a line
