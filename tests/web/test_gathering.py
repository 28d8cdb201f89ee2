"""Bytes that are coming in: whatever the number of files, they take a bounded room in memory, and none is lost."""

import anyio
import anyio.lowlevel
import pytest
from anyio import CapacityLimiter

from documents.errors import LedgerUnavailable
from feeders.upload import PIECE
from tests.fakes import paper
from tests.web.house import House, files
from web.gathering import Basin, Gathering

CHUNK = 64 * 2**10


async def sealed(gathering: Gathering, turn: CapacityLimiter) -> list[int]:
    """Have sealed whatever is due; return the sizes of the pieces."""
    sizes: list[int] = []
    while gathering.due:
        await gathering.seal(lambda piece: sizes.append(len(piece)), turn)
    return sizes


def test_a_file_is_sealed_by_full_pieces_while_there_is_room() -> None:
    """One that fits into a piece waits for its end."""

    async def taken() -> tuple[list[int], bool]:
        gathering = Gathering(Basin())
        gathering.add(bytes(PIECE))
        due = gathering.due
        gathering.add(b"one more")
        return [*await sealed(gathering, CapacityLimiter(1)), len(gathering.rest())], due

    assert anyio.run(taken) == ([PIECE, 8], False)


def test_many_files_hold_no_more_than_the_room() -> None:
    """Two hundred at once, sealed one at a time: who waits for their turn takes no more meanwhile."""
    room = 40 * CHUNK
    most: list[int] = []

    async def upload(basin: Basin, turn: CapacityLimiter) -> int:
        gathering, taken = Gathering(basin), 0
        for _ in range(10):
            gathering.add(bytes(CHUNK))
            most.append(basin.held)
            await anyio.lowlevel.checkpoint()
            taken += sum(await sealed(gathering, turn))
        return taken + len(gathering.rest())

    async def flood() -> tuple[list[int], int]:
        basin, turn, taken = Basin(room), CapacityLimiter(1), []
        async with anyio.create_task_group() as group:
            for _ in range(200):

                async def one() -> None:
                    taken.append(await upload(basin, turn))

                group.start_soon(one)
        return taken, basin.held

    assert anyio.run(flood) == ([10 * CHUNK] * 200, 0)
    # Nobody is turned away: beyond the room each has the bytes at most that its line brought in one go.
    assert max(most) <= 200 * CHUNK + room


def test_a_file_that_comes_in_while_there_is_no_room_is_received_whole(house: House) -> None:
    """By the form and by tus alike, in more pieces than usual."""
    house.app.state.desk.basin = Basin(room=0)
    content = paper("x" * PIECE)
    doctor = house.visitor("medecin")
    accepted = doctor.post("/api/v1/submissions", files=files(content)).json()
    place = doctor.post("/api/v1/uploads", headers={"Upload-Length": str(PIECE + 9)}).headers["location"]
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    last = doctor.patch(place, content=content[: PIECE + 9], headers=headers)
    for identity, expected in (
        (accepted["files"][0]["document"]["id"], content),
        (last.headers["verso-document"], content[: PIECE + 9]),
    ):
        assert doctor.get(f"/api/v1/documents/{identity}/original?ground=care").content == expected


def test_what_follows_a_piece_that_was_not_taken_is_not_taken_in_its_place(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger fails once in the middle of a request: it is gone on with where it failed, byte for byte."""
    content = paper("".join(chr(97 + number % 26) for number in range(3 * PIECE)))
    doctor = house.visitor("medecin")
    place = doctor.post("/api/v1/uploads", headers={"Upload-Length": str(len(content))}).headers["location"]
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    take, calls = type(house.app.state.desk.upload_room).take, iter([False, True])

    def flaky(*said: object) -> object:
        if next(calls, False):
            raise LedgerUnavailable
        return take(*said)

    with monkeypatch.context() as broken:
        broken.setattr("feeders.upload.UploadRoom.take", flaky)
        assert doctor.patch(place, content=content, headers=headers).status_code == 503
    far = int(doctor.head(place).headers["upload-offset"])
    assert far == PIECE
    last = doctor.patch(place, content=content[far:], headers=headers | {"Upload-Offset": str(far)})
    identity = last.headers["verso-document"]
    assert doctor.get(f"/api/v1/documents/{identity}/original?ground=care").content == content
    assert house.app.state.desk.basin.held == 0


def test_nothing_stays_in_the_room_of_files_that_came_or_were_given_up(house: House) -> None:
    """Whatever becomes of a file: what it held is free again."""
    object.__setattr__(house.settings, "largest_original", 1000)
    doctor = house.visitor("medecin")
    doctor.post("/api/v1/submissions", files=files(paper("one"), b"x" * 2000, b""))
    doctor.post(
        "/api/v1/submissions", content=b"no form at all", headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    broken = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut short'
    doctor.post("/api/v1/submissions", content=broken, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert house.app.state.desk.basin.held == 0
