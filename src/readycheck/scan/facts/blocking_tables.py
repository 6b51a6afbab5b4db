"""Calls that stop the thread that makes them until something slow is done, by their resolved names."""

from __future__ import annotations

VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
REDIS = (
    "get", "set", "setex", "incr", "expire", "delete", "exists", "hget", "hset", "hgetall", "lpush", "rpush", "lpop",
    "publish", "ping", "ttl", "sadd", "smembers", "zadd", "mget", "keys",
)  # fmt: skip
SESSION = ("execute", "query", "scalars", "scalar", "commit", "flush", "refresh", "get", "exec", "bulk_save_objects")
PYTHON = (
    "time.sleep",
    *(f"requests.{verb}" for verb in VERBS),
    *(f"requests.Session().{verb}" for verb in VERBS),
    *(f"requests.session().{verb}" for verb in VERBS),
    *(f"httpx.{verb}" for verb in VERBS),
    *(f"httpx.Client().{verb}" for verb in VERBS),
    "urllib.request.urlopen", "urllib.request.urlretrieve",
    "urllib3.PoolManager().request",
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.getoutput",
    "subprocess.Popen().wait", "subprocess.Popen().communicate", "os.system", "os.popen",
    "socket.create_connection", "socket.gethostbyname", "socket.getaddrinfo",
    "psycopg2.connect", "psycopg.connect", "psycopg.Connection.connect", "pymysql.connect", "MySQLdb.connect",
    "mysql.connector.connect", "sqlite3.connect",
    *(f"{client}.{verb}"
      for client in ("redis.Redis()", "redis.StrictRedis()", "redis.from_url()", "redis.Redis.from_url()")
      for verb in REDIS),
    "bcrypt.hashpw", "bcrypt.checkpw", "hashlib.pbkdf2_hmac", "hashlib.scrypt",
    "passlib.context.CryptContext().hash", "passlib.context.CryptContext().verify",
    "passlib.hash.bcrypt.hash", "passlib.hash.bcrypt.verify", "passlib.hash.argon2.hash", "passlib.hash.argon2.verify",
    "argon2.PasswordHasher().hash", "argon2.PasswordHasher().verify",
    "pwdlib.PasswordHash().hash", "pwdlib.PasswordHash().verify",
    "pwdlib.PasswordHash.recommended().hash", "pwdlib.PasswordHash.recommended().verify",
    "werkzeug.security.generate_password_hash", "werkzeug.security.check_password_hash",
    "boto3.client().*", "smtplib.SMTP", "smtplib.SMTP_SSL",
    "openai.OpenAI().chat.completions.create", "openai.OpenAI().responses.create", "openai.OpenAI().embeddings.create",
    "openai.AzureOpenAI().chat.completions.create", "openai.ChatCompletion.create", "openai.Completion.create",
    "anthropic.Anthropic().messages.create", "google.generativeai.GenerativeModel().generate_content",
    "langchain_openai.ChatOpenAI().invoke", "langchain_anthropic.ChatAnthropic().invoke",
    "stripe.PaymentIntent.create", "stripe.Customer.create", "stripe.checkout.Session.create", "stripe.Charge.create",
    "stripe.Subscription.create", "stripe.Subscription.retrieve", "stripe.Customer.retrieve",
    *(f"{owner}.{verb}"
      for owner in ("sqlalchemy.orm.Session()", "sqlmodel.Session()", "sqlalchemy.orm.sessionmaker()()",
                    "sqlalchemy.orm.session.Session()")
      for verb in SESSION),
)  # fmt: skip
FILES = (
    "readFileSync", "writeFileSync", "appendFileSync", "copyFileSync", "readdirSync", "rmSync", "cpSync",
    "truncateSync", "readJsonSync", "writeJsonSync", "copySync", "removeSync", "outputFileSync", "emptyDirSync",
)  # fmt: skip
SCRIPT = (
    *(f"{module}.{name}" for module in ("fs", "node:fs", "fs-extra", "graceful-fs") for name in FILES),
    *(f"{module}.{name}" for module in ("child_process", "node:child_process")
      for name in ("execSync", "spawnSync", "execFileSync")),
    *(f"{module}.{name}" for module in ("crypto", "node:crypto")
      for name in ("pbkdf2Sync", "scryptSync", "generateKeyPairSync")),
    *(f"{module}.{name}" for module in ("bcrypt", "bcryptjs", "bcrypt-ts") for name in ("hashSync", "compareSync")),
    *(f"{module}.{name}" for module in ("zlib", "node:zlib")
      for name in ("gzipSync", "gunzipSync", "deflateSync", "inflateSync", "brotliCompressSync")),
    "sync-request", "globalThis.Atomics.wait", "argon2.hashSync", "deasync.sleep",
)  # fmt: skip
