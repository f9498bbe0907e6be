"""The command line of redis-cli for a Redis, without its password."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import binaries

# The options of redis-cli for options of redis-py about TLS.
_TLS = {
    "ssl_ca_certs": "--cacert",
    "ssl_ca_path": "--cacertdir",
    "ssl_certfile": "--cert",
    "ssl_keyfile": "--key",
}


def command(endpoint: Endpoint, arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The argv of a redis-cli for `endpoint`, and the environment variables to add to its environment.

    The environment carries the password, because everybody on the machine can read a command line. Raises
    EngineError, which says what to install, when no redis-cli runs here, and RedisError when no sentinel
    knows the primary server.
    """
    options = endpoint.options
    if endpoint.service:
        host, port = endpoint.primary()
        where = ["-h", host, "-p", str(port)]
    elif "path" in options:
        where = ["-s", options["path"]]
    else:
        where = ["-h", options.get("host", "localhost"), "-p", str(options.get("port", 6379))]
    if len(endpoint.hosts) > 1 and not endpoint.service:
        where += ["-c"]  # nodes of a cluster, which redis-cli follows then
    if endpoint.shown.startswith("rediss"):
        where += [
            "--tls",
            *(word for name, flag in _TLS.items() if name in options for word in (flag, options[name])),
        ]
        where += ["--insecure"] if options.get("ssl_cert_reqs") == "none" else []
    user = ["--user", options["username"]] if options.get("username") else []
    secret = {"REDISCLI_AUTH": options["password"]} if options.get("password") else {}
    database = ["-n", str(options["db"])]
    return [str(binaries.find_cli()), *where, *database, *user, "--no-auth-warning", *arguments], secret
