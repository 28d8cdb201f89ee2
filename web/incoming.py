"""A file that comes in: small ones wait in memory until they are whole, larger ones rest sealed piece by piece."""

from anyio import to_thread

from documents.arrival import Arrival, Declaration
from documents.errors import TooLarge
from feeders.upload import UploadRoom
from pipelines.declaring import declaration_to_json
from pipelines.receive import Receipt
from storage.uploads.interface import Upload
from web.access.visitor import Visitor
from web.desk import Desk
from web.gathering import Gathering


class Incoming:
    """One file of a submission. Holds one piece in memory, and the whole only while it is being received."""

    def __init__(self, desk: Desk, visitor: Visitor, submission: str, declaration: Declaration) -> None:
        """Begin a file."""
        self._desk = desk
        self._visitor = visitor
        self._submission = submission
        self._declaration = declaration
        self._at_hand = Gathering(desk.basin)
        self._size = 0
        self._upload: Upload | None = None

    async def take(self, content: bytes) -> None:
        """Take some bytes of it.

        Raises:
            TooLarge: It exceeds the set limit.
            Interrupted: Store, keys or ledger failed.
        """
        self._size += len(content)
        if self._size > self._desk.settings.largest_original:
            raise TooLarge
        self._at_hand.add(content)
        while self._at_hand.due:
            await self._at_hand.seal(self._put_away, self._desk.sealing)

    async def receive(self) -> Receipt:
        """Receive it: on return it is durable. Its work is sent with that of the whole submission.

        Raises:
            Interrupted: Nothing was received; it is to be sent again.
        """
        if self._upload is None:
            return await to_thread.run_sync(self._received, self._at_hand.rest())
        while self._at_hand:
            await self._at_hand.seal(self._put_away, self._desk.sealing)
        return await to_thread.run_sync(self._received_whole, self._upload, limiter=self._desk.receiving)

    def give_up(self) -> None:
        """Forget what came in of it."""
        self._at_hand.rest()
        if self._upload is not None:
            self._room.end(self._upload)

    @property
    def _room(self) -> UploadRoom:
        return self._desk.upload_room

    def _put_away(self, piece: bytes) -> None:
        if self._upload is None:
            said = declaration_to_json(self._declaration)
            largest = self._desk.settings.largest_original
            self._upload = self._room.begin(self._visitor.feeder.name, self._submission, largest, said)
        self._upload = self._room.take(self._upload, piece)

    def _received_whole(self, upload: Upload) -> Receipt:
        receipt = self._received(self._room.whole(upload))
        self._room.end(upload)
        return receipt

    def _received(self, content: bytes) -> Receipt:
        return _handed_over(self._desk, self._visitor, self._submission, content, self._declaration)


def submit(desk: Desk, visitor: Visitor, submission: str, content: bytes, declaration: Declaration) -> Receipt:
    """Hand a whole file over as a visitor's feeder, and have its work sent at once."""
    receipt = _handed_over(desk, visitor, submission, content, declaration)
    desk.counter.hurry()
    return receipt


def _handed_over(desk: Desk, visitor: Visitor, submission: str, content: bytes, declaration: Declaration) -> Receipt:
    arrival = Arrival(feeder=visitor.feeder, batch=submission, content=content, declaration=declaration)
    return desk.counter.receive(arrival)
