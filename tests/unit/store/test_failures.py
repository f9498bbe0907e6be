"""Each error of Redis becomes a sentence that says what happened and what to do."""

from __future__ import annotations

import pytest
from redis import exceptions as foreign
from redis._parsers.base import BaseParser

from semsearch.errors import RedisError
from semsearch.store.failures import Restarting, is_reply, mapped

# What servers write, and what the message must say.
REPLIES = [
    ("LOADING Redis is loading the dataset in memory", "is still loading its data. Try again"),
    ("NOAUTH Authentication required.", "refuses the login: .*Check SEMSEARCH_REDIS_URL"),
    ("WRONGPASS invalid username-password pair", "refuses the login: invalid username-password pair"),
    ("NOPERM User web has no permissions to run the 'hset' command", "'hset' command. Give the user"),
    ("READONLY You can't write against a read only replica.", "is a replica .*to its primary"),
    ("OOM command not allowed when used memory > 'maxmemory'.", "is full: .*SEMSEARCH_REDIS_MEMORY"),
    ("MISCONF Errors writing to the AOF file: No space left on device", "No space left on device Free space"),
    ("BUSY Redis is busy running a script. You can only call SCRIPT KILL", "answers nobody.*`SCRIPT KILL`"),
    ("MASTERDOWN Link with MASTER is down", "has lost its primary server"),
    (
        "CLUSTERDOWN Hash slot not served",
        "does not answer for all keys: Hash slot not served.*`CLUSTER INFO`",
    ),
    ("MOVED 3999 127.0.0.1:6381", "does not answer for all keys: 3999 127.0.0.1:6381"),
    ("CROSSSLOT Keys in request don't hash to the same slot", "several slots: .*not a proxy"),
    ("ERR max number of clients reached", "as many connections as it allows.*maxclients"),
    ("ERR unknown command 'FT.SEARCH', with args beginning with:", "has no search module"),
    ("EXECABORT Transaction discarded because of: OOM command not allowed", "is full"),
    ("EXECABORT Transaction discarded because of: MISCONF Errors writing", "cannot save its data"),
    ("ERR Syntax error at offset 3 near bird", "refused: .*Syntax error at offset 3 near bird"),
]


def said(error: foreign.RedisError, where: str = "here:6379") -> str:
    with pytest.raises(RedisError) as caught, mapped(where):
        raise error
    return str(caught.value)


@pytest.mark.parametrize(("reply", "message"), REPLIES, ids=[reply.split()[0] for reply, _ in REPLIES])
def test_a_reply_of_the_server_becomes_a_sentence_with_a_cure(reply: str, message: str) -> None:
    with pytest.raises(RedisError, match=rf"(?s)Redis at here:6379 .*{message}"), mapped("here:6379"):
        raise BaseParser.parse_error(reply)


@pytest.mark.parametrize(("reply", "message"), REPLIES, ids=[reply.split()[0] for reply, _ in REPLIES])
def test_a_reply_shows_that_the_server_is_alive(reply: str, message: str) -> None:
    assert is_reply(BaseParser.parse_error(reply)), message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (foreign.TimeoutError("Timeout reading from socket"), "does not answer: Timeout reading"),
        (
            foreign.ConnectionError("Error 111 connecting to here:6379. Connection refused."),
            "cannot be reach",
        ),
        (foreign.ConnectionError("Connection closed by server."), "closed the connection.*Try again"),
        (foreign.ConnectionError("Error 32 while writing to socket. Broken pipe."), "closed the connection"),
        (
            Restarting("it is being started again"),
            "the embedded engine at here:6379 has ended, and it is bei",
        ),
    ],
)
def test_an_error_without_a_reply_says_so_and_is_no_sign_of_life(
    error: foreign.RedisError, message: str
) -> None:
    with pytest.raises(RedisError, match=message), mapped("here:6379"):
        raise error
    assert not is_reply(error)


def test_the_command_of_a_pipeline_which_may_hold_the_text_of_a_file_is_not_shown() -> None:
    command = "Command # 2 (HSET semsearch:doc:{1} content of pipeline caused error: secret\n) of pipeline "
    message = said(foreign.ResponseError(f"{command}caused error: MISCONF Errors writing to the AOF file"))
    assert "secret" not in message
    assert "cannot save its data" in message
