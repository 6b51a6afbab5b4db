"""Tokens of many formats, made anew from a seed: no text in this tree looks like a secret to anybody's scanner."""

from __future__ import annotations

import random
import string

LETTERS = string.ascii_letters
WORD = string.ascii_letters + string.digits
LINK = WORD + "-_"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + "234567"
DICE = random.Random(7)  # noqa: S311 - samples, which must be the same each time


def made(length: int, alphabet: str = WORD) -> str:
    """Characters as a provider would draw them."""
    return "".join(DICE.choice(alphabet) for _ in range(length))


TRUE = [
    ("an AWS access key id", "AKIA" + made(16, UPPER)),
    ("a Google API key", "AIza" + made(35, LINK)),
    ("a Google OAuth client secret", "GOCSPX-" + made(28)),
    ("a Google access token", "ya29." + made(60)),
    ("an Azure client secret", made(3) + "8Q~" + made(33)),
    ("a DigitalOcean token", "dop_v1_" + made(64, HEX)),
    ("a Netlify token", "nfp_" + made(36)),
    ("a PlanetScale credential", "pscale_tkn_" + made(43)),
    ("a Supabase key", "sbp_" + made(40, HEX)),
    ("a Databricks token", "dapi" + made(32, HEX)),
    ("a Vault token", "hvs." + made(95)),
    ("a Terraform Cloud token", made(14) + ".atlasv1." + made(67)),
    ("a Doppler token", "dp.pt." + made(43)),
    ("a Pulumi token", "pul-" + made(40, HEX)),
    ("a GitHub token", "ghp_" + made(36)),
    ("a GitHub token", "gho_" + made(36)),
    ("a GitHub fine-grained token", "github_pat_" + made(22) + "_" + made(59)),
    ("a GitLab token", "glpat-" + made(20)),
    ("an npm token", "npm_" + made(36)),
    ("a PyPI token", "pypi-AgEIcHlwaS5vcmc" + made(80)),
    ("a RubyGems key", "rubygems_" + made(48, HEX)),
    ("a Docker Hub token", "dckr_pat_" + made(27)),
    ("a CircleCI token", "CCIPAT_" + made(22) + "_" + made(40, HEX)),
    ("a Postman key", "PMAK-" + made(24, HEX) + "-" + made(34, HEX)),
    ("a Slack token", "xoxb-" + made(12, string.digits) + "-" + made(12, string.digits) + "-" + made(24)),
    ("a Slack app token", "xapp-1-" + made(11, UPPER) + "-" + made(13, string.digits) + "-" + made(64, HEX)),
    ("a Telegram bot token", made(10, string.digits) + ":AA" + made(33, LINK)),
    ("a SendGrid key", "SG." + made(22) + "." + made(43)),
    ("a Sendinblue key", "xkeysib-" + made(64, HEX) + "-" + made(16)),
    ("a Mailgun key", "key-" + made(32, HEX)),
    ("a Resend key", "re_" + made(8) + "_" + made(24)),
    ("a Twilio key", "SK" + made(32, HEX)),
    ("a Stripe key", "sk_live_" + made(24)),
    ("a Stripe key", "rk_live_" + made(99)),
    ("a Stripe webhook secret", "whsec_" + made(32)),
    ("a Square token", "sq0atp-" + made(22)),
    ("a Shopify token", "shpat_" + made(32, HEX)),
    ("an OpenAI key", "sk-proj-" + made(20) + "T3BlbkFJ" + made(20)),
    ("an OpenAI key", "sk-" + made(20) + "T3BlbkFJ" + made(20)),
    ("an Anthropic key", "sk-ant-api03-" + made(93) + "AA"),
    ("an OpenRouter key", "sk-or-v1-" + made(64, HEX)),
    ("a Hugging Face token", "hf_" + made(34, LETTERS)),
    ("a Groq key", "gsk_" + made(52)),
    ("an xAI key", "xai-" + made(80)),
    ("a Replicate token", "r8_" + made(37)),
    ("a Perplexity key", "pplx-" + made(48)),
    ("a LangSmith key", "lsv2_pt_" + made(32, HEX) + "_" + made(10, HEX)),
    ("a Sentry token", "sntryu_" + made(64, HEX)),
    ("a Grafana token", "glsa_" + made(32) + "_" + made(8, HEX)),
    ("a New Relic key", "NRAK-" + made(27, UPPER)),
    ("a Dynatrace token", "dt0c01." + made(24, UPPER) + "." + made(64, UPPER)),
    ("a Linear key", "lin_api_" + made(40)),
    ("a Notion token", "ntn_" + made(11, string.digits) + made(35)),
    ("an Airtable token", "pat" + made(14) + "." + made(64, HEX)),
    ("a Figma token", "figd_" + made(40)),
    ("an age secret key", "AGE-SECRET-KEY-1" + made(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")),
]
FALSE = [
    "AKIA" + "IOSFODNN7" + "EXAMPLE",
    "AKIA" + "A" * 16,
    "XAKIA" + made(16, UPPER),
    "AKIA" + made(15, UPPER),
    "AIza" + made(34, LINK),
    "ghp_" + "x" * 36,
    "ghp_" + "0" * 36,
    "ghp_" + made(20),
    "my_ghp_" + made(36),
    "glpat-" + "X" * 20,
    "xoxb-your-token-goes-here-please",
    "sk_live_" + "x" * 24,
    "sk_live_...",
    "sk-your-openai-key-goes-in-here-1",
    "sk-ant-api03-...",
    "npm_install_dependencies_and_build_all",
    "npm_config_user_agent",
    "hf_" + "a" * 34,
    "SG.placeholder.placeholder",
    "SG." + "x" * 22 + "." + "x" * 43,
    "whsec_example",
    "re_compile_of_something",
    "pat" + made(10),
    "key-value-store-of-the-settings",
    "key-" + "0" * 32,
    "SK" + made(20, HEX),
    "dapiversion",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "https://4f1d2c3b4a59687786950403020100ff@o123.ingest.sentry.io/456",
    "sha256:" + made(64, HEX),
    made(40, HEX),
    "-----BEGIN PUBLIC KEY-----\n" + made(64) + "\n-----END PUBLIC KEY-----",
    "-----BEGIN PRIVATE KEY-----\nyour key here\n-----END PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
]
