"""The users of Redis and their rights: one place for the embedded engine, docker-compose.yml and the docs.

The rules name single commands. Categories differ between servers: `@search` exists from Redis 8 on, and
RediSearch 2.10 is in no category.

They cannot keep `worker` from the keys of other programs: FT.CREATE takes any prefix of keys, and
FT.DROPINDEX with DD deletes what has it. So semsearch needs a Redis of its own.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from semsearch.store.keys import JOBS, MINE_PREFIX, POSTED_PREFIX, PREFIX, index_alias
from semsearch.store.schema import SCHEMA


class Role(StrEnum):
    """What a process does with Redis. Each role is a user of that name."""

    WORKER = "worker"
    WEB = "web"
    JOBS = "jobs"


# The user of `semsearch redis cli` and of every redis-cli that gives no user name.
OWNER = "default"

# The last two tell a client of a cluster which node has a key.
_CONNECT = "+ping +info +client|setinfo +cluster|slots +command"
_READ = "+get +hget +hmget +hgetall +hlen +xrevrange"
_SEARCH = "+ft._list +ft.search +ft.aggregate +ft.spellcheck +ft.profile +ft.tagvals +ft.info +ft.config|get"
# SCAN names every key of the server, whatever the key patterns are: only a run of ingestion needs it.
_WRITE = (
    "+scan +exists +hexists +set +hset +hdel +hincrby +expire +rename +del +unlink +xadd "
    "+xread +watch +unwatch +multi +exec"
)
_INDEX = "+ft.create +ft.dropindex +ft.aliasupdate"

# RediSearch 2.10 declares the name of an index as a key that a search reads and writes, so `%R~` is too
# little. No data has these keys, and the web user may run no command that writes to them.
_INDEX_NAMES = " ".join(f"~{index_alias(space)}" for space in SCHEMA)

# The page keeps posted pictures for a day. In brackets: these commands for these keys alone.
_POSTED = f"(~{POSTED_PREFIX}* -@all +hset +expire +unlink +multi +exec)"
# And what people say about their library.
_MINE = f"(~{MINE_PREFIX}* -@all +hset +hdel +hincrby +unlink)"

# Dramatiq keeps the queue of batches with scripts that run these commands. A script has its user's rights: it
# reaches no document. KEYS tells it the names of all keys, and takes long where there are many: so the queue
# has a database of its own.
_SCRIPTS = "+select +evalsha +script|load"
_QUEUE = (
    "+zadd +zrem +zrangebyscore +sadd +srem +scard +smembers +hset +hget +hmget +hdel +hlen +hexists "
    "+rpush +lpop +del +keys"
)

RULES = {
    Role.WORKER: f"~{PREFIX}* -@all {_CONNECT} {_READ} {_SEARCH} {_WRITE} {_INDEX}",
    Role.WEB: f"%R~{PREFIX}* {_INDEX_NAMES} -@all {_CONNECT} {_READ} {_SEARCH} {_POSTED} {_MINE}",
    Role.JOBS: f"~{JOBS} ~{JOBS}:* -@all {_CONNECT} {_SCRIPTS} {_QUEUE}",
}

# The owner may read and write every key. `@dangerous` holds CONFIG, DEBUG, MODULE, ACL, FLUSHALL, RESTORE,
# replication and more; `@scripting` holds EVAL and FCALL. Some of `@dangerous` is harmless and needed.
# FT.DROP deletes the documents with the index, unasked; FT.DROPINDEX does so only with DD.
_OWNER_RULES = (
    "~* &* +@all -@dangerous -@scripting -ft.debug -ft.config +ft.config|get -ft.drop -ft._dropifx "
    "+info +keys +client|list +slowlog|get +shutdown"
)


# The worker of the embedded engine may have the garbage collector run. Servers name this command differently,
# and none starts with a rule for a command that it does not know.
_COLLECT = "+ft.debug|gc_forceinvoke"


def setuser(role: Role, password: str) -> str:
    """The command that gives a Redis the user of a role."""
    return f"ACL SETUSER {role} reset on >{password} {RULES[role]}"


def users_file(password: str) -> str:
    """The ACL file of the embedded engine: all users, with one password, of which it holds the hash."""
    digest = hashlib.sha256(password.encode()).hexdigest()
    rules_of = {**RULES, Role.WORKER: f"{RULES[Role.WORKER]} {_COLLECT}"}
    users = [(OWNER, _OWNER_RULES), *rules_of.items()]
    return "".join(f"user {user} on #{digest} {rules}\n" for user, rules in users)
