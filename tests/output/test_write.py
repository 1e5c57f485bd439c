"""A file is written whole or not at all."""

import errno
import io
import os
import stat
import subprocess
import sys

import pytest

from hesscli.errors import HesscliError
from hesscli.output import write
from hesscli.output.write import clean_up, target


@pytest.fixture(params=["nameless", "temporary"])
def draft(request, monkeypatch):
    """What a file is until it is whole: one that has no name, where the system knows such, or another name."""
    if request.param == "temporary":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("every file has a name here")
    return request.param


@pytest.mark.usefixtures("draft")
def test_a_file_appears_only_at_the_end(tmp_path):
    path = tmp_path / "out.json"
    with target(str(path)) as stream:
        stream.write(b"whole")
        stream.flush()
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["out.json"]


@pytest.mark.usefixtures("draft")
def test_nothing_is_left_after_a_failure(tmp_path):
    path = tmp_path / "out.json"
    path.write_bytes(b"old")

    def fail():
        with target(str(path)) as stream:
            stream.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.json"]


def test_an_interruption_cleans_up(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)

    def interrupted():
        with target(str(tmp_path / "out")) as stream:
            stream.write(b"part")
            clean_up()  # what the signal's handler calls before it ends the process
            assert os.listdir(tmp_path) == []

    with pytest.raises(HesscliError):
        interrupted()
    assert not write._unfinished


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="every file has a name here")
@pytest.mark.parametrize("old", [None, b"old"])
def test_an_end_without_warning_leaves_nothing(tmp_path, old):
    path = tmp_path / "out"
    if old:
        path.write_bytes(old)
    with target(str(path)) as stream:
        stream.write(b"x" * 1_000_000)
        assert os.listdir(tmp_path) == (["out"] if old else [])  # as it would be after SIGKILL
    assert path.stat().st_size == 1_000_000
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.usefixtures("draft")
def test_a_file_that_appears_meanwhile_is_replaced(tmp_path):
    path = tmp_path / "out"
    with target(str(path)) as stream:
        stream.write(b"new")
        path.write_bytes(b"meanwhile")
        path.chmod(0o600)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.usefixtures("draft")
def test_a_name_that_cannot_be_taken_over_leaves_nothing(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    path = tmp_path / "out"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(HesscliError, match="not permitted"), target(str(path)) as stream:
        stream.write(b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.usefixtures("draft")
def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path):
    path, mask = tmp_path / "out", os.umask(0o027)
    try:
        with target(str(path)):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        with target(str(path)):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
    finally:
        os.umask(mask)


@pytest.mark.usefixtures("draft")
def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    with target(str(link)) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["missing/out", "", "."])
def test_what_cannot_be_written_is_said_at_once(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HesscliError, match="cannot write") as caught, target(name):
        pytest.fail("the block must not start")
    assert caught.value.code == "output"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the device that is always full")
def test_a_full_disk_is_an_error_not_a_traceback():
    with pytest.raises(HesscliError, match="No space left"), target("/dev/full") as stream:
        stream.write(b"x" * 100_000)


@pytest.mark.usefixtures("draft")
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HesscliError, match="No space left"), target(str(tmp_path / "out")) as stream:
        stream.write(b"x")
    assert os.listdir(tmp_path) == []


def test_standard_output_may_be_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(HesscliError, match="it is closed"), target(None):
        pytest.fail("the block must not start")


def test_a_reader_that_has_gone_is_not_an_error_of_the_file(monkeypatch):
    class Gone:
        closed = False

        @property
        def buffer(self):
            return self

        def write(self, _):
            raise BrokenPipeError

        def flush(self):
            return None

    monkeypatch.setattr(sys, "stdout", Gone())
    with pytest.raises(BrokenPipeError), target(None) as stream:
        stream.write(b"x")


posix = pytest.mark.skipif(os.name != "posix", reason="descriptors and links of POSIX")

SPEAK = f"""{sys.executable} -c 'if True:
    import sys
    from hesscli.output.write import target
    with target(sys.argv[1]) as stream:
        stream.write(b"new\\n")'"""


def shell(command: str, where) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], cwd=where, capture_output=True, text=True, timeout=60)


@posix
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
@pytest.mark.parametrize("redirection", [">", ">>"])
def test_an_open_descriptor_keeps_what_the_shell_has_written(tmp_path, name, redirection):
    (tmp_path / "link").symlink_to("/dev/stdout")
    if not os.path.exists(name if name != "link" else "/dev/stdout"):
        pytest.skip("this system has no such name")
    shell(f"(echo before; {SPEAK} {name}; echo after) {redirection} out", tmp_path)
    assert (tmp_path / "out").read_text() == "before\nnew\nafter\n"


@posix
def test_a_pipe_by_its_descriptor(tmp_path):
    assert shell(f"{SPEAK} /dev/fd/1 | cat", tmp_path).stdout == "new\n"
    assert shell(f"{SPEAK} >(cat > out); sleep 0.5; cat out", tmp_path).stdout == "new\n"


@posix
def test_a_descriptor_that_is_not_open(tmp_path):
    with pytest.raises(HesscliError, match="Bad file descriptor"), target("/dev/fd/987"):
        pytest.fail("the block must not start")


@posix
def test_links_in_a_circle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(HesscliError, match="Too many levels"), target("a"):
        pytest.fail("the block must not start")
    assert sorted(os.listdir()) == ["a", "b"]


def test_the_name_of_a_directory_that_is_none(tmp_path):
    with pytest.raises(HesscliError, match="name of a directory"), target(f"{tmp_path}/new/"):
        pytest.fail("the block must not start")
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("draft")
def test_a_name_as_long_as_names_may_be(tmp_path):
    path = tmp_path / ("\N{LATIN SMALL LETTER E WITH ACUTE}" * 127)
    with target(str(path)) as stream:
        stream.write(b"whole")
    assert path.read_bytes() == b"whole"


@posix
@pytest.mark.usefixtures("draft")
def test_a_file_of_two_names_keeps_both(tmp_path):
    path, other = tmp_path / "path", tmp_path / "other"
    path.write_bytes(b"a longer text than the new one")
    other.hardlink_to(path)
    with target(str(path)) as stream:
        stream.write(b"new")
    assert path.read_bytes() == other.read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == ["other", "path"]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="needs a reservation of space")
@pytest.mark.usefixtures("draft")
def test_a_full_disk_changes_no_byte_of_a_file_of_two_names(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path, other = tmp_path / "path", tmp_path / "other"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(HesscliError, match="No space left"), target(str(path)) as stream:
        stream.write(b"longer than before")
    assert other.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["other", "path"]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root may give a file away")
@pytest.mark.usefixtures("draft")
def test_a_file_keeps_its_owner_and_loses_the_right_to_run_as_him(tmp_path):
    path = tmp_path / "path"
    for owner in (12345, os.getuid()):
        path.write_bytes(b"old")
        os.chown(path, owner, owner)
        path.chmod(0o6755)
        with target(str(path)) as stream:
            stream.write(b"new")
        assert (path.stat().st_uid, path.read_bytes()) == (owner, b"new")
        assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_a_stream_that_takes_only_text(monkeypatch):
    page = io.StringIO()
    monkeypatch.setattr(sys, "stdout", page)
    with target(None) as stream:
        stream.write("\N{GREEK SMALL LETTER ALPHA}".encode())
    assert page.getvalue() == "\N{GREEK SMALL LETTER ALPHA}"
    with pytest.raises(HesscliError, match="takes text only"), target(None) as stream:
        stream.write(b"\x93NUMPY")
