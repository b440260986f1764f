from pathlib import Path

import pytest

from index.errors import SettingsError
from index.settings import Settings


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_env({}) == Settings(Path("seeds"), Path(".pullquote"))


def test_environment_sets_every_field() -> None:
    environ = {
        "PULLQUOTE_SOURCES": "docs",
        "PULLQUOTE_STORE": "/var/store",
        "PULLQUOTE_EMBEDDING": "here:made",
        "PULLQUOTE_MAX_FILE_MB": "0.5",
        "PULLQUOTE_MAX_PAGES": "10",
        "PULLQUOTE_MAX_UNPACKED_MB": "1.5",
        "PULLQUOTE_MAX_RATIO": "20",
        "PULLQUOTE_MAX_NESTING": "1",
        "PULLQUOTE_MAX_MEMBERS": "1e3",
        "PULLQUOTE_MAX_SECONDS": "0.5",
        "PULLQUOTE_MAX_MEMORY_MB": "500",
        "PULLQUOTE_TEXT_COLUMNS": "Story, full text",
        "PULLQUOTE_TITLE_COLUMNS": "head",
        "PULLQUOTE_DATE_COLUMNS": "when",
        "PULLQUOTE_URL_COLUMNS": "where,",
        "PULLQUOTE_AUTHOR_COLUMNS": "who",
        "PULLQUOTE_WEB": "On",
        "PULLQUOTE_WEB_SECONDS": "5",
        "PULLQUOTE_HOST": "0.0.0.0",
        "PULLQUOTE_PORT": "8080",
        "PULLQUOTE_HOSTS": "Archive.local, https://notes.example.org fe80::1",
        "PULLQUOTE_TOKEN": "sixteen-or-more-signs",
        "PULLQUOTE_READ_ONLY": "No",
        "PULLQUOTE_LLM_BASE_URL": "http://localhost:1234/v1",
        "PULLQUOTE_LLM_MODEL": "small",
        "PULLQUOTE_LLM_API_KEY": "secret",
    }
    settings = Settings.from_env(environ)
    assert settings == Settings(
        sources=Path("docs"),
        store=Path("/var/store"),
        embedding="here:made",
        max_file_mb=0.5,
        max_pages=10,
        max_unpacked_mb=1.5,
        max_ratio=20.0,
        max_nesting=1,
        max_members=1_000,
        max_seconds=0.5,
        max_memory_mb=500.0,
        text_columns=("story", "full text"),
        title_columns=("head",),
        date_columns=("when",),
        url_columns=("where",),
        author_columns=("who",),
        web="on",
        web_seconds=5.0,
        host="0.0.0.0",
        port=8080,
        hosts=("archive.local", "https://notes.example.org", "fe80::1"),
        token="sixteen-or-more-signs",
        read_only="no",
        llm_base_url="http://localhost:1234/v1",
        llm_model="small",
        llm_api_key="secret",
    )


def test_options_win_over_the_environment() -> None:
    environ = {"PULLQUOTE_SOURCES": "docs", "PULLQUOTE_STORE": "there"}
    settings = Settings.from_env(environ, sources="here", store=None)
    assert (settings.sources, settings.store) == (Path("here"), Path("there"))


def test_blank_values_count_as_not_given() -> None:
    assert Settings.from_env({"PULLQUOTE_PORT": " ", "PULLQUOTE_SOURCES": ""}) == Settings()


def test_dotenv_file_is_read_and_the_environment_wins_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PULLQUOTE_PORT=8081\nPULLQUOTE_HOST=localhost\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULLQUOTE_PORT", "8082")
    settings = Settings.from_env()
    assert (settings.host, settings.port) == ("localhost", 8082)


def test_a_line_of_dotenv_that_is_no_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("# mine\nPULLQUOTE_PORT=8081\nthis is none\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"Line 3 of the file '\.env' in .* is no setting"):
        Settings.from_env()


@pytest.mark.parametrize("name", ["PULLQUOTE_TOKN", "pullquote_token", "PULLQUOTE_TOKENS"])
def test_a_setting_that_there_is_none_of_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is no setting .* mean PULLQUOTE_TOKEN"):
        Settings.from_env({name: "a-secret-of-some-length"})


@pytest.mark.parametrize("value", ["0", "2.5", "many", "-1", "inf", "nan"])
@pytest.mark.parametrize("name", ["PAGES", "NESTING", "MEMBERS"])
def test_limits_of_what_is_counted_are_whole_numbers(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"MAX_{name} is '{value}', .* number from 1 on"):
        Settings.from_env({f"PULLQUOTE_MAX_{name}": value})


@pytest.mark.parametrize("value", ["1", "true", "maybe"])
def test_whether_the_page_only_reads_is_yes_or_no(value: str) -> None:
    assert Settings.from_env({"PULLQUOTE_READ_ONLY": "Yes"}).read_only == "yes"
    with pytest.raises(
        SettingsError, match=f"READ_ONLY is '{value}', but must be 'yes', 'no' or 'auto'"
    ):
        Settings.from_env({"PULLQUOTE_READ_ONLY": value})


@pytest.mark.parametrize("name", ["UNPACKED_MB", "RATIO", "SECONDS", "MEMORY_MB"])
def test_limits_of_what_is_measured_are_above_0(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"MAX_{name} is '0', but must be a number above 0"):
        Settings.from_env({f"PULLQUOTE_MAX_{name}": "0"})


def test_an_option_is_named_as_the_user_wrote_it() -> None:
    with pytest.raises(SettingsError, match="--port is '99999', but must be"):
        Settings.from_env({}, port="99999")


def test_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.from_env({"PULLQUOTE_SOURCES": "~/notes"}).sources == tmp_path / "notes"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80.5", "http", "nan", "inf"])
def test_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match=r"PULLQUOTE_PORT is .* a port from 1 to 65535"):
        Settings.from_env({"PULLQUOTE_PORT": port})


@pytest.mark.parametrize("size", ["0", "-3", "inf", "nan", "big"])
def test_size_that_is_none_is_refused(size: str) -> None:
    with pytest.raises(SettingsError, match=r"PULLQUOTE_MAX_FILE_MB is .* a number above 0"):
        Settings.from_env({"PULLQUOTE_MAX_FILE_MB": size})


def test_home_folder_of_nobody_is_refused() -> None:
    with pytest.raises(SettingsError, match="no such home folder"):
        Settings.from_env({"PULLQUOTE_STORE": "~no-such-person-at-all/x"})


@pytest.mark.parametrize("tokens", ["1023", "2048.5", "inf", "nan", "many"])
def test_context_that_is_too_small_or_no_number_is_refused(tokens: str) -> None:
    with pytest.raises(SettingsError, match=r"PULLQUOTE_LLM_CONTEXT is .* from 1024 on"):
        Settings.from_env({"PULLQUOTE_LLM_CONTEXT": tokens})
    assert Settings.from_env({"PULLQUOTE_LLM_CONTEXT": "2048"}).llm_context == 2048


def test_reply_may_be_set_or_left_to_the_context() -> None:
    assert Settings.from_env({"PULLQUOTE_LLM_REPLY": "3000"}).llm_reply == 3000
    assert Settings.from_env({"PULLQUOTE_LLM_REPLY": "0"}).llm_reply == 0
    with pytest.raises(SettingsError, match=r"PULLQUOTE_LLM_REPLY is .* from 64 on"):
        Settings.from_env({"PULLQUOTE_LLM_REPLY": "63"})


@pytest.mark.parametrize("key", ["käse", "a\x07b"])
def test_key_that_cannot_be_one_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="a character that no key can have") as caught:
        Settings.from_env({"PULLQUOTE_LLM_API_KEY": key})
    assert key not in str(caught.value)


def test_key_and_token_are_not_shown() -> None:
    assert "secret" not in repr(Settings(llm_api_key="secret", token="secret"))


@pytest.mark.parametrize(
    "token",
    ["fifteen-letters", "with a space in between", "kästchen-kästchen", "plus+and&percent%20"],
)
def test_token_that_is_easily_guessed_or_none_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(SettingsError, match="must be 16 or more of") as caught:
        Settings.from_env({"PULLQUOTE_TOKEN": token})
    assert token not in str(caught.value)
    assert Settings.from_env({"PULLQUOTE_TOKEN": "off"}).token == "off"


@pytest.mark.parametrize("host", ["a.example:7860", "ftp://a.example", "a/b", "http://", "*"])
def test_host_that_is_no_name_is_refused(host: str) -> None:
    with pytest.raises(SettingsError, match="PULLQUOTE_HOSTS names"):
        Settings.from_env({"PULLQUOTE_HOSTS": f"localhost, {host}"})


def test_an_env_file_that_is_no_utf_8_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes("PULLQUOTE_SOURCES=caf\u00e9\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"'\.env' in .* cannot be read .*UTF-8"):
        Settings.from_env()
