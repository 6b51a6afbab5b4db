"""Public backends whose findings were read by hand: whole trees, each one commit, pinned by its list of files."""

from __future__ import annotations

from benchmarks.corpora import Corpus, Repository

LEFT_OUT = (
    *(".gif", ".png", ".jpg", ".jpeg", ".ico", ".webp", ".mp4", ".ttf", ".woff", ".woff2", ".pdf", ".har"),
    *(".zip", ".gz", ".7z"),
)


def make_tree(name: str, repository: str, commit: str, digest: str) -> Corpus:
    """A whole tree from GitHub, beside the other benchmarks' trees of the same name."""
    source = Repository(f"https://github.com/{repository}", commit)
    return Corpus(f"whole/{name}", f"{repository}@{commit[:8]}", source, (), digest, LEFT_OUT)


TREES = {
    name: make_tree(name, repository, commit, digest)
    for name, repository, commit, digest in (
        (
            "CTFd", "CTFd/CTFd",
            "91ced62d44d3ec3142a0948ee96ed19947cfc979",
            "1d040f8a1c01a90b9a34176e2346af4b5a182605f01a31393289063dcdbe0f6a",
        ),
        (
            "healthchecks", "healthchecks/healthchecks",
            "29b5ec251059034b79e0120e2ff0c3e35d7bd9f8",
            "b5d4fa7541e847f5c932bd99cb6b46c61ec26d1cf0e1f684d6499e145ad1e02a",
        ),
        (
            "dispatch", "Netflix/dispatch",
            "dd2837e82a0bf5565b1b4b4b91ea30b7262d4061",
            "eceeddc97f4afe5dbf690719558cf0b0955dd5d2549c565c87cf67c75ac56463",
        ),
        (
            "mealie", "mealie-recipes/mealie",
            "b5643a9399465d8b4ea339e7a6639df2d697741b",
            "808a232833e93f91d232e23c8fe525a6beb34bb398bbe587d7fe8592864cb2f6",
        ),
        (
            "khoj", "khoj-ai/khoj",
            "ae229ca894c0b80ad84664afcfdde523b5e87057",
            "36ed9b086d6ba1886612aa04c91f7b287bcd9ab518c3f9f72849caf03ff3fecf",
        ),
        (
            "full-stack-fastapi-template", "fastapi/full-stack-fastapi-template",
            "68adb40d37425f6f8668ec7e5a054500d045e43e",
            "1a6d125d6195d0847277d43c0decd74c1e8cae6ce7db2cc430b2478b8ba2a89f",
        ),
        (
            "lnbits", "lnbits/lnbits",
            "7d98c6b0808efab3edafc21310ec34d1c38c23df",
            "c5bf9acebcdc9764b37401a3b8d9220283f1e600aa279a2721e3a399045fed83",
        ),
        (
            "fief", "fief-dev/fief",
            "a77e7fb65fc54d7994740619684a87e85d1293ed",
            "48dd2bedc364ce5326906389e211a4410d919884bc7994094cd911629c83e87f",
        ),
        (
            "redash", "getredash/redash",
            "ca79fe988d81cdac9675b412f3dfcab107bc1fbc",
            "db3f7641f105c720fd1ddf10fd6a944cb5e3c9870e222abbb88164d9f8001f39",
        ),
        (
            "notifications-api", "alphagov/notifications-api",
            "8ea236603c43fe96df83459e9b37e0a7c45769a2",
            "94aa9b811a0c07397af82b893eb95d02bc539795700bcaa7e9b581d1a555990c",
        ),
        (
            "paperless-ngx", "paperless-ngx/paperless-ngx",
            "b0e0e8a35373a5d9d588a507cb63c79e50a23403",
            "dd63f05716136811fe6ef7687b8e39f70f5071450d20cc33eef73104d505e6d2",
        ),
        (
            "VAmPI", "erev0s/VAmPI",
            "1713b54b601ad29582581eeda4b31fceb1319874",
            "88a4563566c9a5bdf6a14f791b6bb3015d8b0054d536ce442f9ee29ca14824ce",
        ),
        (
            "kitsune", "mozilla/kitsune",
            "dcfa333911ed376a14c59eee83bde0345d03ea20",
            "3969fc24761bc8628997cbf1f89a319f72b51bd03a43a80101055cbff82e10be",
        ),
        (
            "datasette", "simonw/datasette",
            "481df7ff6d78a8ccf919984d27f27201b081bd53",
            "796a380c43cdf0eced7d512edc9e804180a6ae9abf29ab4fc145ecf7c6452bd7",
        ),
        (
            "node-express-boilerplate", "hagopj13/node-express-boilerplate",
            "179ae84efec61b14206d0305d941daed6c6d07f9",
            "e5c7dec4d7b70b8e072130ac59094ca45286d14b3726f9553f2a7e6bddb30f46",
        ),
        (
            "nestjs-boilerplate", "brocoders/nestjs-boilerplate",
            "9620f159eefe38f47747d02ab162852367c5472c",
            "c27a39bc4560cd1ae0adf7caf7205dd754a0a417e6edfee08a274a940beff9f7",
        ),
        (
            "ghostfolio", "ghostfolio/ghostfolio",
            "c542997d27990365b607c7a6c9fe4bc8835a55c8",
            "b4a8a31a5f5739aa0afeb137f74c670768606c86cbd95317f110a4264c09ad34",
        ),
        (
            "NEURM", "AlexBaum-ai/NEURM",
            "76b40aa3a0bb5bbd72e8fdf09f8f22bdee6322f6",
            "96c10d0dcee179e242f3fecfa68a4ac9434d957f5f150b80719737099dc4edaa",
        ),
        (
            "umami", "umami-software/umami",
            "c0ea3aefbee7a3429ee2f824b06dc4a9dbe0b7e1",
            "3b4689f4c9f6a1e3f5f2aec43c014d7ffe363e2a22c2a374fab22618a7ce38b9",
        ),
        (
            "anything-llm", "Mintplex-Labs/anything-llm",
            "72aabbd15481ae405434efd4c83d46026eef1173",
            "bf5a4a1011680eba13c23767162183a2d4d92e1fe89d87ca9fe7627726d6e592",
        ),
        (
            "BDC", "lekesiz/BDC",
            "827500d185bf17e8d3bd178a4d418d67373696d9",
            "c3a6bca85609f3cb6fca86ecaa33dd2e6821bf1a76da54950f27ee00abe541fb",
        ),
        (
            "InventorySystem_Postgres", "HassanBeiruty/InventorySystem_Postgres",
            "41e23c6b671eb789d024b44896767e9235ef23f4",
            "f09d1cbc7a6d96d6063f352616b0d950c62bb5ea07d378e82a701ab7e1ca5dc0",
        ),
        (
            "juice-shop", "juice-shop/juice-shop",
            "33518f5a0911e25d9df747b1e70fb7af279a755c",
            "ab2f8e5d2ff24de40f6844eb3808582a72718dea1a1e790cbb1de4195a67892a",
        ),
        (
            "dvna", "appsecco/dvna",
            "9ba473add536f66ac9007966acb2a775dd31277a",
            "432fa07cf75c43687a245b8c1086e5937cc457c0a3a2c1160a45d5d745676a4a",
        ),
        (
            "outline", "outline/outline",
            "d77dcdf853868c5d5fe125c895c9b71f0eff5c68",
            "a10c3e59cecbc4e77b622081f56caa38837e86b7bcf822264f66d6b1f60f707f",
        ),
        (
            "parse-server", "parse-community/parse-server",
            "7ea2a2953e9202d43ddb53ded309fbd26245d45c",
            "e69b8f71537f6318b7f67b69118296fbc34a6aac5fe3cfb5c08d0f469fb751a0",
        ),
        (
            "Flowise", "FlowiseAI/Flowise",
            "ababf4c8ebc0263e03aeeb917832251d3fd785e4",
            "41a981b13f255f26fc601dbc7d241a43f817dfa7db1f06901df1ce3fcdd7e2c7",
        ),
    )
}  # fmt: skip
