"""Public backends of which every route is labelled: each one commit, pinned by its list of files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.corpora import PYTHON, SCRIPT, Corpus, Repository

SUFFIXES = (*PYTHON, *SCRIPT, ".json", ".toml", ".yml", ".yaml", ".cfg", ".sh", "Dockerfile", "Procfile")
"""Code, and what says how it is started."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One application: its tree, the folder of it that is scanned, its framework, which files serve (a regex)."""

    corpus: Corpus
    framework: str
    served: str = ""
    folder: str = "."

    @property
    def name(self) -> str:
        """What it is called: as its tree, and its folder where it is one of several."""
        return self.corpus.name.removeprefix("routes-") + (f"/{self.folder}" if self.folder != "." else "")


def make_tree(repository: str, commit: str, digest: str, framework: str, served: str = "") -> Tree:
    """The application of a tree of sources from GitHub."""
    name = f"routes-{repository.replace('/', '-').lower()}"
    source = Repository(f"https://github.com/{repository}", commit)
    return Tree(Corpus(name, f"{repository}@{commit[:8]}", source, SUFFIXES, digest), framework, served)


APPLICATIONS = (
    make_tree(
        "fastapi/full-stack-fastapi-template", "68adb40d37425f6f8668ec7e5a054500d045e43e",
        "33c8e9807df69821be7df4d55719fb972118a7d2dbc6955278c35ef0e2017875",
        "FastAPI",
    ),
    make_tree(
        "mealie-recipes/mealie", "b5643a9399465d8b4ea339e7a6639df2d697741b",
        "13717206934cbcfea5eaaaa001e1198429bc295460ad382d1717ab6e636a7141",
        "FastAPI", r"^mealie/",
    ),
    make_tree(
        "lekesiz/BDC", "827500d185bf17e8d3bd178a4d418d67373696d9",
        "4bfeb1fbfc6898a1aa77d2b8625ab764148615041e8c1ec9aa23bb6af4da0ad2",
        "Flask", r"^(?:server|backend)/",
    ),
    make_tree(
        "CTFd/CTFd", "91ced62d44d3ec3142a0948ee96ed19947cfc979",
        "afc64fba08c2345d3c14a24ac037f832f0e42c68a191589d5a4176918e15a008",
        "Flask", r"^CTFd/",
    ),
    make_tree(
        "healthchecks/healthchecks", "29b5ec251059034b79e0120e2ff0c3e35d7bd9f8",
        "d8092a171a3467371b5ccc093736f390fa720d151ae6bdef979216b8d41bd12e",
        "Django", r"^hc/",
    ),
    make_tree(
        "mozilla/kitsune", "dcfa333911ed376a14c59eee83bde0345d03ea20",
        "e92914d1acdc7457bbbe63025f4d55ddc56ad527404201121bb459ddd4104c9f",
        "Django", r"^kitsune/",
    ),
    make_tree(
        "litestar-org/litestar-fullstack", "8b637ce4232a407142ae94ec95d7eb268f8fd765",
        "900624f07435581c4246621a4ea895d47593030d304f7d2f700951e583897640",
        "Litestar", r"^src/",
    ),
    make_tree(
        "hagopj13/node-express-boilerplate", "179ae84efec61b14206d0305d941daed6c6d07f9",
        "3ae99425d609deacef78f7f148ca30baec418eac85f6fa10fe34279e76e237a7",
        "Express", r"^src/",
    ),
    make_tree(
        "juice-shop/juice-shop", "33518f5a0911e25d9df747b1e70fb7af279a755c",
        "a7fc9647f99c4c9e008a5df2c751f1a063901f61247ac4d8988a585de23d8bb9",
        "Express", r"^(?:server\.ts|routes/)",
    ),
    make_tree(
        "fastify/demo", "1f50cc1dc6c22c27da937eb96a0ce048ebab23a9",
        "6f4903a30a56853b827e2e27b7ed011be92b7b00d6c6e98370d251dafa02d5a1",
        "Fastify", r"^src/",
    ),
    make_tree(
        "brocoders/nestjs-boilerplate", "9620f159eefe38f47747d02ab162852367c5472c",
        "62f98f35487f5566a4dcb0332c1cfe827a8dcdd1058d224b3325828c7b948776",
        "NestJS", r"^src/",
    ),
    make_tree(
        "ghostfolio/ghostfolio", "c542997d27990365b607c7a6c9fe4bc8835a55c8",
        "dc8f6cce737e4c2592ebab2a8dfe0260146b927874e71a034d51cb7b32d7a0c5",
        "NestJS", r"^apps/api/",
    ),
    make_tree(
        "outline/outline", "d77dcdf853868c5d5fe125c895c9b71f0eff5c68",
        "e62575817bbbf88f48edc9a18278d6204118f72820ba0249183f75c18d37f04a",
        "Koa", r"^(?:server|plugins)/",
    ),
    make_tree(
        "logto-io/logto", "1fbc55441fd28d9e3e7d69c1522e7654dccfe99c",
        "aa782484ad17e92f1d51117ec853486472e16d30b914de036500027da320edc5",
        "Koa", r"^packages/core/src/",
    ),
    make_tree(
        "honojs/examples", "50da66a7b477f2acbf812c0f77080b104a0de7b6",
        "d311676a1c489faafe446167b5ad8f94850082dbe1d3ea0b9c72eb712ac7bf1b",
        "Hono",
    ),
    make_tree(
        "umami-software/umami", "c0ea3aefbee7a3429ee2f824b06dc4a9dbe0b7e1",
        "6f39a56606ecb605973765c233dfe790a9cd634fabdaf036add9b26e89568271",
        "Next.js", r"^src/",
    ),
)  # fmt: skip
DEMOS = make_tree(
    "aio-libs/aiohttp-demos", "5362c18e9612c22f7af29c3d1246e20e89d25145",
    "6c17cc52c7dd1e6a92d7a6bdf9b5bf6e657e1034feb199c3ee090ecd726ddea7",
    "aiohttp",
)  # fmt: skip
FOLDERS = ("motortwit", "imagetagger", "polls", "blog", "shortify")
TREES = (*APPLICATIONS, *(replace(DEMOS, folder=f"demos/{one}") for one in FOLDERS))
