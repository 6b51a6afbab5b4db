"""Public backends of which every read of the environment is labelled: each one commit, pinned by its list of files."""

from __future__ import annotations

from benchmarks.corpora import PYTHON, SCRIPT, Corpus, Repository

SUFFIXES = (*PYTHON, *SCRIPT)


def make_tree(name: str, repository: str, commit: str, digest: str) -> Corpus:
    """A tree of sources from GitHub."""
    source = Repository(f"https://github.com/{repository}", commit)
    return Corpus(name, f"{repository}@{commit[:8]}", source, SUFFIXES, digest)


TREES = (
    make_tree(
        "full-stack-fastapi-template", "fastapi/full-stack-fastapi-template",
        "68adb40d37425f6f8668ec7e5a054500d045e43e",
        "217fbbbeec53111a3414fc92dbc0437d11918b28d1375e653a7f2a39e0dc2805",
    ),
    make_tree(
        "healthchecks", "healthchecks/healthchecks", "29b5ec251059034b79e0120e2ff0c3e35d7bd9f8",
        "9b350632149b2cf2c35110d818f6608bb59868ff99e31283ec3a209f78245df6",
    ),
    make_tree(
        "redash", "getredash/redash", "ca79fe988d81cdac9675b412f3dfcab107bc1fbc",
        "5a389e4d6c9d4dfccd840b559ffbdfbbeca335403254af1c2d0164d31ac73fc9",
    ),
    make_tree(
        "dispatch", "Netflix/dispatch", "dd2837e82a0bf5565b1b4b4b91ea30b7262d4061",
        "56a03c9e59f50189b800f8dea233014628e07e0fd2a2e3ab467df84ff57e691e",
    ),
    make_tree(
        "mealie", "mealie-recipes/mealie", "b5643a9399465d8b4ea339e7a6639df2d697741b",
        "af37819de01f5556ef1ee583c867f4fdd0a76cff96834e6959dc5cf7dfc4b46c",
    ),
    make_tree(
        "paperless-ngx", "paperless-ngx/paperless-ngx", "b0e0e8a35373a5d9d588a507cb63c79e50a23403",
        "28b84f97f32ce91bc6bfccb48dc927e203caeff753b10481d13cf5e33aa443be",
    ),
    make_tree(
        "polar", "polarsource/polar", "c6c3645e639ee8eeaa05aa0835cf8e39e330382f",
        "c35eaabfac1eba4495e3939fc902a8052ac9c92df577be8b26cbdcb548dbe20b",
    ),
    make_tree(
        "bdc", "lekesiz/BDC", "827500d185bf17e8d3bd178a4d418d67373696d9",
        "543b2e2afd918f126f190914232ddab3133efccdea84102b5bec80514361f9ca",
    ),
    make_tree(
        "node-express-boilerplate", "hagopj13/node-express-boilerplate", "179ae84efec61b14206d0305d941daed6c6d07f9",
        "ee5e88d46559c4e6f4fcc4efc3d1f090cc8810af477006c06d1f98cff4e41416",
    ),
    make_tree(
        "nestjs-boilerplate", "brocoders/nestjs-boilerplate", "9620f159eefe38f47747d02ab162852367c5472c",
        "c08e621f99ac8662cb6b64169cec0fa2b0f63cf5c8099011d8b9ada33cdcef60",
    ),
    make_tree(
        "ghostfolio", "ghostfolio/ghostfolio", "c542997d27990365b607c7a6c9fe4bc8835a55c8",
        "64fdbd5cdccecccbe42f9beb9dcc50a370d61fd1f766c6e6b96a662b6f071a5b",
    ),
    make_tree(
        "outline", "outline/outline", "d77dcdf853868c5d5fe125c895c9b71f0eff5c68",
        "f984565ce2c9e136b636eff202e8c24a08b1e213513ff51cc1174faa149e1a24",
    ),
    make_tree(
        "anything-llm", "Mintplex-Labs/anything-llm", "72aabbd15481ae405434efd4c83d46026eef1173",
        "e92f535d90dd9e4290e9e9f0aa2c05ea6e384cf63ec1c769113730b611986508",
    ),
    make_tree(
        "neurm", "AlexBaum-ai/NEURM", "76b40aa3a0bb5bbd72e8fdf09f8f22bdee6322f6",
        "b4be6759a87a713eb677cb3ff1c9f5afdb5149ed1e325d7162a9c161f28e99dd",
    ),
    make_tree(
        "umami", "umami-software/umami", "c0ea3aefbee7a3429ee2f824b06dc4a9dbe0b7e1",
        "13e1c1eb5551d9adb19c967729199c221488092992ce69b94e3461e6ffbbcff2",
    ),
    make_tree(
        "documenso", "documenso/documenso", "75330166cc00b29c14399bc2e391e4b4d8080c00",
        "c6de2b8dac6a638265471ddcd75e3c53e4185bd41a974a7f5c97eb6ce4e58bae",
    ),
    make_tree(
        "flowise", "FlowiseAI/Flowise", "ababf4c8ebc0263e03aeeb917832251d3fd785e4",
        "d3495f23afd14b736d3a84a13ab5ae3100e231513b13c3ce8ce12d9cf81567b4",
    ),
    make_tree(
        "inventory", "HassanBeiruty/InventorySystem_Postgres", "41e23c6b671eb789d024b44896767e9235ef23f4",
        "08dfb16aa672d0c355aa28cdebeab5754a6a42c0a976edaad9cc346cd178c6d2",
    ),
    make_tree(
        "fief", "fief-dev/fief", "a77e7fb65fc54d7994740619684a87e85d1293ed",
        "95f3d228c8525a85c8b17234ede261ba0f30b58ab81488880914976b9d85a872",
    ),
    make_tree(
        "kitsune", "mozilla/kitsune", "dcfa333911ed376a14c59eee83bde0345d03ea20",
        "1043a54a5a94bff0c62cff77422899b86521b3c9fce3e8e1ae9ec2952e2c914d",
    ),
    make_tree(
        "formbricks", "formbricks/formbricks", "b66c1dd978af618a0e402bd3343b456bed68594c",
        "16de23d90518107af37e4ec5a9ce7550d7faf21f0682c454dcb9f2b6c979589b",
    ),
    make_tree(
        "langfuse", "langfuse/langfuse", "62751446149b702b419a9292ddfc2280cdf74b8c",
        "c2263217aaf77b69ad53fe4958b60d140837fdce292b3e13a6ef52200295eb98",
    ),
)  # fmt: skip
