from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.errors import SettingsError
from semsearch.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("SEMSEARCH_PORT", "eighty"), ("SEMSEARCH_PORT", "0"), ("SEMSEARCH_REDIS_PORT", "70000")],
)
def test_an_impossible_value_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        Settings.from_env()


def test_memory_is_a_size_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_REDIS_MEMORY", "1.5 GB")
    assert Settings.from_env().redis_memory == 1_500_000_000
    monkeypatch.setenv("SEMSEARCH_REDIS_MEMORY", "")
    assert Settings.from_env().redis_memory is None


@pytest.mark.parametrize("value", ["20000000000GB", "half", "4 apples", "0", "9MB", "-1GB"])
def test_memory_that_makes_no_sense_is_named_with_what_does(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SEMSEARCH_REDIS_MEMORY", value)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    said = f"SEMSEARCH_REDIS_MEMORY is '{value}': write a size from 10MB to 1000TB, such as 512MB or 4GB"
    assert str(caught.value) == said


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "REDIS_URL", "PORT", "TEXT_MODEL"):
        monkeypatch.setenv(f"SEMSEARCH_{name}", "")
    assert Settings.from_env() == Settings()
    assert (Settings.from_env().port, Settings.from_env().text_model) == (8000, "auto")


def test_an_empty_picture_model_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_IMAGE_MODEL", "")
    assert Settings.from_env().image_model == ""


def test_what_the_command_line_says_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_PORT", "9000")
    assert Settings.from_env(port=9001, host=None).port == 9001


def test_the_home_is_absolute_and_understands_a_tilde(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEMSEARCH_HOME", "~/data")
    assert Settings.from_env().home == tmp_path / "data"
    monkeypatch.setenv("SEMSEARCH_HOME", "data")
    assert Settings.from_env().home.is_absolute()


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_PROXIES", " 127.0.0.1, [::1] ,10.0.0.0/8,")
    assert [str(each) for each in Settings.from_env().proxies] == ["127.0.0.1/32", "::1/128", "10.0.0.0/8"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("nginx", "'nginx' does not appear to be an IPv4 or IPv6 network"),
        ("10.0.0.1/8", "host bits set"),
        ("127.0.0.1;::1", "does not appear"),
        ("0.0.0.0/0", "every address"),
        ("::/0", "every address"),
    ],
)
def test_an_impossible_proxy_is_named(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    monkeypatch.setenv("SEMSEARCH_PROXIES", value)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    assert str(caught.value).startswith(f"SEMSEARCH_PROXIES is '{value}': ")
    assert said in str(caught.value)


def test_names_are_host_names_without_regard_to_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_NAMES", "Search.Example.org, nas,192.168.1.5,[fd00::1]")
    assert Settings.from_env().names == ("search.example.org", "nas", "192.168.1.5", "fd00::1")


@pytest.mark.parametrize(
    "value",
    ["https://search.example.org", "search.example.org:8000", "*.example.org", "a b", "-x", "é.example"],
)
def test_what_is_no_host_name_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SEMSEARCH_NAMES", value)
    with pytest.raises(SettingsError, match="write names without scheme and port"):
        Settings.from_env()


def test_no_message_and_no_repr_shows_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_PASSWORD", "correct horse 7")
    settings = Settings.from_env()
    assert "horse" not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert settings.password is not None
    assert settings.password.get_secret_value() == "correct horse 7"
    monkeypatch.setenv("SEMSEARCH_PORT", "eighty")
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    assert "horse" not in f"{caught.value} {caught.value.__cause__} {caught.value.__cause__!r}"
