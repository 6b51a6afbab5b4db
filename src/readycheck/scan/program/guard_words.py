"""The words by which guards are told: names of libraries and functions, of credentials, of refusals, of ways in."""

from __future__ import annotations

import re

LIBRARIES = re.compile(
    r"passport\.authenticate|^express-jwt|^express-oauth2-jwt-bearer|^connect-ensure-login|^koa-jwt|^hono/(?:jwt|jwk|bearer-auth"
    r"|basic-auth)|^express-basic-auth|^koa-basic-auth|^@nestjs/passport\.AuthGuard|^@fastify/(?:basic-auth|bearer-auth)"
    r"|^django\.contrib\.auth\.(?:decorators|mixins)\.(?!login_not)|^django\.contrib\.auth\.middleware\.LoginRequired"
    r"|^django\.contrib\.admin\.|^rest_framework\.permissions\.(?!AllowAny)|^flask_login\.(?:login_required|fresh_login)"
    r"|^flask_jwt_extended\.\w*jwt_required|^flask_httpauth\.|^flask_security\.\w*(?:required|accepted)|^flask_principal\."
    r"|^starlette\.authentication\.requires|^rest_framework_api_key\.permissions|^litestar\.security\.|^fastapi_users\."
    r"|^supertokens|^@clerk/.*(?:requireAuth|ClerkExpressRequireAuth)|^next-auth/middleware|^aiohttp_security\.\w*required"
    r"|^sanic_jwt\.|^fastapi_azure_auth|^keycloak-connect|^@casl/|^oauth2_provider\."
)
GUARD_NAME = re.compile(
    r"(?:require|ensure|must|check|verify|validate|is|with|need)s?_?(?:be_?)?(?:auth|login|logged|signed|user|admin|token|jwt|session"
    r"|permission|role|scope|owner|api_?key|member|credential)|auth(?:enticat(?:e|ed|ion)|oriz(?:e|ed|ation))?_?(?:required|guard|middleware|check"
    r"|user|jwt|token)|^(?:authenticat|authoriz|authoris|protect(?:ed)?$|guard|auth$)|guard$|(?:login|permission|scope|role|jwt|token|auth|admin|staff|user)s?_?required"
    r"|permission|current_?(?:active_?)?(?:super)?user|jwt_?auth",
    re.IGNORECASE,
)
PUBLIC_MARK = re.compile(
    r"^(?:is_?)?public|skip_?auth|no_?auth|allow_?anonymous|allow_?unauth|anonymous_?allowed|login_not_required|AllowAny$",
    re.IGNORECASE,
)
NO_GUARD = re.compile(r"optional|csrf|xsrf|captcha|rate_?limit|throttl|^cors$|maybe", re.IGNORECASE)
OPTIONAL = re.compile(r"'optional', \{'v': True")
ADMIN = re.compile(r"admin|superuser|is_?staff|staff_member|\bstaff\b|root_?user|\bowner_?only", re.IGNORECASE)
REFUSED = frozenset({401, 403})
REFUSAL = re.compile(
    r"\b40[13]\b|unauthori[sz]ed|forbidden|not_?authenticated|permission_?denied|access_?denied|authentication_?(?:error|failed|required)"
    r"|invalid_?(?:token|credential|signature)|not_?logged|login_?required|not_?permitted|insufficient|user not found",
    re.IGNORECASE,
)
REFUSED_STATUS = re.compile(r"\b40[13]\b|_40[13]_|UNAUTHORI[SZ]ED|FORBIDDEN")
LOGIN_PATH = re.compile(r"log_?-?in|sign_?-?in|/auth", re.IGNORECASE)
READS = re.compile(
    r"headers?\W{0,2}(?:\.get\(|\.|\[|\()?\W{0,2}(?:authorization|x-api-key|x-auth|apikey|api_key|x_api_key)|HTTP_X_API_KEY"
    r"|\b(?:req|request|ctx|context|c|event|connection|state|locals|g|info)\.(?:user|auth|identity|account|session|cookies"
    r"|signedCookies|COOKIES)\w*\b"
    r"|current_?user\b|is_?authenticated|get_?server_?session|jwt_?verify|verify_?\w*(?:token|jwt|session|cookie)"
    r"|jwt\.(?:verify|decode)|decode_?\w*(?:token|jwt)|auth\.get_?user\b|\bbearer\s|tokens?\.(?:verify|decode|validate)|HTTPAuthorizationCredentials",
    re.IGNORECASE,
)
SCRIPT_READS = re.compile(r"\bsession\b|\bcookies?\b|get_?session\b|\bauth\(\)|\bgetAuth\b", re.IGNORECASE)
READERS = re.compile(
    r"^next-auth(?:/jwt)?\.(?:getToken|getServerSession|auth)|^flask\.session|^hono/cookie\.getCookie|^flask_jwt_extended\."
)
CREDENTIAL = re.compile(
    r"^(?:authorization|http_authorization|http_x_api_key|api-?key|x-[\w-]*(?:token|api-?key|secret|auth|credential)[\w-]*)$",
    re.IGNORECASE,
)
SCHEMES = re.compile(r"^fastapi\.security\.(?!\w*Form)|^fastapi\.(?:Header|Cookie)$|^starlette\.authentication")
SECURITY = re.compile(r"^fastapi\.security\.(?!\w*Form)")
SIGNATURE = re.compile(
    r"^x-[\w-]*(?:signature|integrity|hmac|token|api-?key|secret)[\w-]*$|^(?:signature|[\w-]+-signature)$",
    re.IGNORECASE,
)
# The libraries of those who send webhooks: they raise where the signature of a request is not right.
SIGNED = re.compile(
    r"Webhook\.construct_event$|webhooks?\.(?:constructEvent(?:Async)?|construct_event|unwrap)$|Webhook\([^)]*\)\.verify$"
)
REFUSED_SIGNATURE = frozenset({400, 401, 403})
LOGIN = re.compile(r"/(?:log-?in|sign-?in|sign-?up|register|access-token)$", re.IGNORECASE)
BROAD = re.compile(r"^except(?: \(?(?:Base)?Exception\)?| HTTPException)?(?: as \w+)?$")
ENTRANCE = re.compile(
    r"/(?:log-?in|sign-?in|sign-?up|signin|register|registration|tokens?|refresh[\w-]*|log-?out|sign-?out|password[\w-]*"
    r"|forgot[\w-]*|reset[\w-]*|verify[\w-]*|callback|access-token|session)s?$",
    re.IGNORECASE,
)
DECIDERS = ("canActivate", "has_permission", "has_object_permission", "test_func", "is_accessible")
READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})
