"""The contract of object stores: a back end is accepted by passing it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from documents.errors import Missing, ObjectsUnavailable
from storage.objects.interface import Objects

#: Makes one more instance over the same store, as another process would.
Reopen = Callable[[], Objects]


class ObjectsContract:
    """Inherited by the test class of each back end, which gives the fixture ``reopen``."""

    @pytest.fixture
    def objects(self, reopen: Reopen) -> Objects:
        """Give a store."""
        return reopen()

    @pytest.mark.parametrize("size", [0, 1, 1024, 3_000_000])
    def test_what_was_put_is_returned(self, objects: Objects, size: int) -> None:
        """Bytes of any size and value come back as they were."""
        body = bytes(range(256)) * (size // 256 + 1)
        assert objects.put("documents/ab/original-0-1", body[:size])
        assert objects.get("documents/ab/original-0-1") == body[:size]

    @pytest.mark.parametrize("pieces", [[], [b""], [b"ab", b"", b"c"], [bytes(700_000)] * 25], ids=len)
    def test_what_comes_in_pieces_is_one_object(self, objects: Objects, pieces: list[bytes]) -> None:
        """Few bytes or many, it rests whole; read in pieces it is the same, and nobody puts it again."""
        assert objects.put_stream("a/streamed", pieces)
        assert b"".join(objects.stream("a/streamed")) == objects.get("a/streamed") == b"".join(pieces)
        assert not objects.put_stream("a/streamed", [bytes(9_000_000), b"another"])
        assert objects.get("a/streamed") == b"".join(pieces)

    def test_pieces_that_break_off_leave_nothing(self, objects: Objects) -> None:
        """P1: an original that was half sent is no object."""

        def broken_off() -> Iterator[bytes]:
            yield bytes(17_000_000)
            raise InterruptedError

        with pytest.raises((InterruptedError, ObjectsUnavailable)):
            objects.put_stream("a/half", broken_off())
        with pytest.raises(Missing):
            next(objects.stream("a/half"))
        assert list(objects.keys()) == []

    def test_locking_what_is_missing_is_said(self, objects: Objects) -> None:
        """Whether or not the store knows locks."""
        with pytest.raises(Missing):
            objects.retain("a/none", datetime.now(UTC))

    def test_another_process_sees_it_at_once(self, objects: Objects, reopen: Reopen) -> None:
        """A store is shared by all who open it."""
        objects.put("a/b", b"seen")
        assert reopen().get("a/b") == b"seen"

    def test_the_first_writer_wins(self, objects: Objects, reopen: Reopen) -> None:
        """A second put says so and changes nothing."""
        assert objects.put("a/b", b"first")
        assert not reopen().put("a/b", b"second")
        assert not objects.put("a/b", b"first")
        assert objects.get("a/b") == b"first"

    def test_of_many_racing_writers_exactly_one_wins(self, reopen: Reopen) -> None:
        """P15: whoever is told that they stored it, did; everyone else is told that they did not."""
        stores = [reopen() for _ in range(8)]
        bodies = [bytes([n]) * 50_000 for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            for race in range(3):
                key = f"race/{race}"
                won = list(pool.map(lambda store, body, key=key: store.put(key, body), stores, bodies))
                assert won.count(True) == 1
                assert stores[0].get(key) == bodies[won.index(True)]

    def test_nothing_is_missing_loudly(self, objects: Objects) -> None:
        """What is not there is not an empty object."""
        with pytest.raises(Missing) as raised:
            objects.get("a/none")
        assert raised.value.subject == "a/none"

    def test_deleting_twice_is_safe(self, objects: Objects) -> None:
        """A deleted object is gone, and its key can be used again."""
        objects.put("a/b", b"old")
        objects.delete("a/b")
        objects.delete("a/b")
        with pytest.raises(Missing):
            objects.get("a/b")
        assert objects.put("a/b", b"new")
        assert objects.get("a/b") == b"new"

    def test_keys_come_in_ascending_order(self, objects: Objects) -> None:
        """Two stores can be compared by walking both once."""
        keys = ["order/0a/b/pages-1-1", "order/0a/b/pages-10-1", "order/0a/c/pages-2-1", "order/0b/_", "order/b", "z.1"]
        for key in reversed(keys):
            objects.put(key, b"")
        assert list(objects.keys()) == sorted(keys)

    @pytest.mark.parametrize(
        ("prefix", "expected"),
        [
            ("ab/", ["ab/c/1", "ab/c/2", "ab/d"]),
            ("ab/c", ["ab/c/1", "ab/c/2"]),
            ("ab/c/2", ["ab/c/2"]),
            ("a", ["ab/c/1", "ab/c/2", "ab/d", "ac/e"]),
            ("nowhere/", []),
            ("ab/d/e", []),
        ],
    )
    def test_keys_are_found_by_any_prefix(self, objects: Objects, prefix: str, expected: list[str]) -> None:
        """A prefix is a string, and need not end at a slash."""
        for key in ("ab/c/1", "ab/c/2", "ab/d", "ac/e", "b/f"):
            objects.put(key, b"")
        assert list(objects.keys(prefix)) == expected

    def test_more_keys_than_one_answer_holds_are_all_listed(self, objects: Objects) -> None:
        """Listing goes on after the thousandth key, at which S3 cuts."""
        keys = [f"many/{n:04d}" for n in range(1003)]
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(lambda key: objects.put(key, b"x"), keys))
        assert list(objects.keys("many/")) == keys

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/a",
            "a/",
            "a//b",
            "../a",
            "a/../b",
            "a/.",
            ".",
            "A",
            "é",
            "a b",
            "a\n",
            "a\x00",
            "~drafts/a",
            "a" * 201,
            "a/" * 450 + "a",
        ],
    )
    def test_what_is_no_key_is_refused(self, objects: Objects, key: str) -> None:
        """A key never climbs, never hides, and means the same in every store."""
        with pytest.raises(ValueError, match="not an object key"):
            objects.put(key, b"")
        with pytest.raises(ValueError, match="not an object key"):
            objects.put_stream(key, [])
        with pytest.raises(ValueError, match="not an object key"):
            objects.get(key)
        with pytest.raises(ValueError, match="not an object key"):
            next(objects.stream(key))
        with pytest.raises(ValueError, match="not an object key"):
            objects.delete(key)

    @pytest.mark.parametrize("prefix", ["../", "a/../", "/", "~", "A"])
    def test_what_no_key_starts_with_is_refused_as_a_prefix(self, objects: Objects, prefix: str) -> None:
        """Listing never leaves the store."""
        with pytest.raises(ValueError, match="not a prefix"):
            objects.keys(prefix)

    def test_it_proves_its_promises_and_leaves_nothing_behind(self, objects: Objects) -> None:
        """The probe passes and is cleared away."""
        objects.check()
        assert list(objects.keys()) == []
