"""The manifests in a bucket's inbox, read once for as long as they stay what they are."""

from feeders.inbox.s3.drawer import Drawer
from feeders.inbox.s3.shelf import Shelf
from feeders.manifest.manifest import Manifest


class Manifests:
    """The manifest of each folder, as it was last read."""

    def __init__(self, drawer: Drawer, largest: int) -> None:
        """Read nothing yet.

        Args:
            drawer: The inbox.
            largest: Most bytes of a manifest that are read.
        """
        self._drawer = drawer
        self._largest = largest
        #: What the server calls each one's content, and what it says, by folder.
        self._read: dict[str, tuple[str, Manifest]] = {}

    def of(self, folder: str | None, shelf: Shelf | None = None) -> Manifest | None:
        """Return the manifest of a folder as it stands now; None where there is none.

        Args:
            folder: The folder; None is where files stand alone.
            shelf: A listing that is new enough.
        """
        if folder is None:
            return None
        found = shelf or Shelf.of(self._drawer.items(f"{folder}/manifest."), marked=False)
        item = found.manifest(folder)
        if item is None:
            return None
        if self.tag_of(folder) != item.tag:
            taken = self._drawer.read(item) if item.size <= self._largest else None
            self._read[folder] = (item.tag, Manifest.load(item.name, taken.content if taken else b""))
        return self._read[folder][1]

    def tag_of(self, folder: str) -> str | None:
        """Return what the server calls the content of the manifest that was last read."""
        return self._read[folder][0] if folder in self._read else None

    def forget(self, folder: str) -> None:
        """Forget a folder's."""
        self._read.pop(folder, None)
