"""The words by which guards are told: names of libraries and functions, of credentials, of refusals, of ways in."""

from __future__ import annotations

import re

from readycheck.scan.late import compile_late

LIBRARIES = compile_late(
    r"passport\.authenticate|^express-jwt|^express-oauth2-jwt-bearer|^connect-ensure-login|^koa-jwt|^hono/(?:jwt|jwk|bearer-auth"
    r"|basic-auth)|^express-basic-auth|^koa-basic-auth|^@nestjs/passport\.AuthGuard|^@fastify/(?:basic-auth|bearer-auth)"
    r"|^django\.contrib\.auth\.(?:decorators|mixins)\.(?!login_not)|^django\.contrib\.auth\.middleware\.LoginRequired"
    r"|^django\.contrib\.admin\.|^rest_framework\.permissions\.(?!AllowAny)|^flask_login\.(?:login_required|fresh_login)"
    r"|^flask_jwt_extended\.\w*jwt_required|^flask_httpauth\.|^flask_security\.\w*(?:required|accepted)|^flask_principal\."
    r"|^starlette\.authentication\.requires|^rest_framework_api_key\.permissions|^litestar\.security\.|^fastapi_users\."
    r"|^supertokens|^@clerk/.*(?:requireAuth|ClerkExpressRequireAuth)|^next-auth/middleware|^aiohttp_security\.\w*required"
    r"|^sanic_jwt\.|^fastapi_azure_auth|^keycloak-connect|^@casl/|^oauth2_provider\."
)
GUARD_NAME = compile_late(
    r"(?:require|ensure|must|check|verify|validate|is|with|need)s?_?(?:be_?)?(?:auth|login|logged|signed|user|admin|token|jwt|session"
    r"|permission|role|scope|owner|api_?key|member|credential)|auth(?:enticat(?:e|ed|ion)|oriz(?:e|ed|ation))?_?(?:required|guard|middleware|check"
    r"|user|jwt|token)|^(?:authenticat|authoriz|authoris|protect(?:ed)?$|guard|auth$)|guard$|(?:login|permission|scope|role|jwt|token|auth|admin|staff|user)s?_?required"
    r"|permission|current_?(?:active_?)?(?:super)?user|jwt_?auth",
    re.IGNORECASE,
)
PUBLIC_MARK = compile_late(
    r"^(?:is_?)?public|skip_?auth|exclude_from_auth|no_?auth|allow_?anonymous|allow_?unauth|anonymous_?allowed"
    r"|login_not_required|AllowAny$",
    re.IGNORECASE,
)
NO_GUARD = compile_late(r"optional|csrf|xsrf|captcha|rate_?limit|throttl|^cors$|maybe", re.IGNORECASE)
OPTIONAL = compile_late(r"'optional', \{'v': True")
ADMIN = compile_late(r"admin|superuser|is_?staff|staff_member|\bstaff\b|root_?user|\bowner_?only", re.IGNORECASE)
REFUSED = frozenset({401, 403})
REFUSAL = compile_late(
    r"\b40[13]\b|unauthori[sz]ed|forbidden|not_?authenticated|permission_?denied|access_?denied|authentication_?(?:error|failed|required)"
    r"|invalid_?(?:token|credential|signature)|not_?logged|login_?required|not_?permitted|insufficient|user not found",
    re.IGNORECASE,
)
REFUSED_STATUS = compile_late(r"\b40[13]\b|_40[13]_|UNAUTHORI[SZ]ED|FORBIDDEN")
LOGIN_PATH = compile_late(r"log_?-?in|sign_?-?in|/auth", re.IGNORECASE)
READS = compile_late(
    r"headers?\W{0,2}(?:\.get\(|\.|\[|\()?\W{0,2}(?:authorization|x-api-key|x-auth|apikey|api_key|x_api_key)|HTTP_X_API_KEY"
    r"|\b(?:req|request|ctx|context|c|event|connection|state|locals|g|info)\.(?:user|auth|identity|account|session|cookies"
    r"|signedCookies|COOKIES)\w*\b"
    r"|current_?user\b|is_?authenticated|get_?server_?session|jwt_?verify|verify_?\w*(?:token|jwt|session|cookie)"
    r"|jwt\.(?:verify|decode)|decode_?\w*(?:token|jwt)|auth\.get_?user\b|\bbearer\s|tokens?\.(?:verify|decode|validate)|HTTPAuthorizationCredentials",
    re.IGNORECASE,
)
SCRIPT_READS = compile_late(r"\bsession\b|\bcookies?\b|get_?session\b|\bauth\(\)|\bgetAuth\b", re.IGNORECASE)
READERS = compile_late(
    r"^next-auth(?:/jwt)?\.(?:getToken|getServerSession|auth)|^flask\.session|^hono/cookie\.getCookie|^flask_jwt_extended\."
)
CREDENTIAL = compile_late(
    r"^(?:authorization|http_authorization|http_x_api_key|api-?key|x-(?!idempoten)[\w-]*-key"
    r"|x-[\w-]*(?:token|api-?key|secret|auth|credential)[\w-]*)$",
    re.IGNORECASE,
)
SCHEMES = compile_late(r"^fastapi\.security\.(?!\w*Form)|^fastapi\.(?:Header|Cookie)$|^starlette\.authentication")
SECURITY = compile_late(r"^fastapi\.security\.(?!\w*Form)")
SIGNATURE = compile_late(
    r"^x-[\w-]*(?:signature|integrity|hmac|token|api-?key|secret)[\w-]*$|^(?:signature|[\w-]+-signature)$",
    re.IGNORECASE,
)
# The libraries of those who send webhooks: they raise where the signature of a request is not right.
SIGNED = compile_late(
    r"Webhook\.construct_event$|webhooks?\.(?:constructEvent(?:Async)?|construct_event|unwrap)$|Webhook\([^)]*\)\.verify$"
)
REFUSED_SIGNATURE = frozenset({400, 401, 403})
LOGIN = compile_late(r"/(?:log-?in|sign-?in|sign-?up|register|access-token)$", re.IGNORECASE)
BROAD = compile_late(r"^except(?: \(?(?:Base)?Exception\)?| HTTPException)?(?: as \w+)?$")
ENTRANCE = compile_late(
    r"/(?:log-?in|sign-?in|sign-?up|signin|register|registration|tokens?|refresh[\w-]*|log-?out|sign-?out|password[\w-]*"
    r"|forgot[\w-]*|reset[\w-]*|verify[\w-]*|callback|access-token|session)s?$",
    re.IGNORECASE,
)
ACTION = compile_late(r"^(?:reset|refresh|tokens?|sessions?)$", re.IGNORECASE)
"""What may as well be done to an object, behind its name."""
DECIDERS = ("canActivate", "has_permission", "has_object_permission", "test_func", "is_accessible")
READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})
