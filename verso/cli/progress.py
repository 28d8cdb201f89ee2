"""Progress and results on a terminal: what has become of a set of documents, live and in the end."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from documents.document import Document, DocumentId
from documents.stage import SETTLED, Stage
from documents.type_codes import type_code
from storage.ledger.interface import Ledger

_COLUMNS = ("document", "pages", "read", "patient", "type", "theme", "conf.", "stage", "reason", "seconds")

#: Seconds between two looks at the ledger.
_EVERY = 0.25


def follow(ledger: Ledger, ids: Sequence[DocumentId], console: Console, tend: Callable[[], None]) -> None:
    """Show how far documents have got until all are settled.

    Args:
        ledger: Where to look.
        ids: The documents.
        console: Where to show it.
        tend: Called at every look, to keep the workers alive.
    """
    waiting = dict.fromkeys(ids)
    counted: Counter[Stage] = Counter()
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while waiting:
            tend()
            now = {one: ledger.document(one).stage for one in list(waiting)[:200]}
            for one, stage in now.items():
                if stage is Stage.SPLIT:
                    waiting |= {child.id: None for child in ledger.children(one)}
                elif stage in SETTLED:
                    counted[stage] += 1
                if stage in SETTLED:
                    del waiting[one]
            done = sum(counted.values())
            parts = "  ".join(f"{stage} {count}" for stage, count in sorted(counted.items()))
            live.update(Text(f"{done}/{done + len(waiting)} settled   {parts}"))
            if waiting and all(stage not in SETTLED for stage in now.values()):
                time.sleep(_EVERY)


def results(documents: Sequence[Document], names: Mapping[DocumentId, str] | None = None) -> Table:
    """Return the table of what has become of documents.

    Args:
        documents: The documents, in the order of the rows.
        names: What to call a document in the first column; its id where this does not say.
    """
    table = Table(*_COLUMNS)
    for document in documents:
        label = f"{document.type_code} {type_code(document.type_code).label_fr[:18]}" if document.type_code else ""
        table.add_row(
            (names or {}).get(document.id, document.id)[-36:],
            str(document.pages or ""),
            (document.reading or "") + (" (partial)" if document.partial else ""),
            (document.patient or "")[:8],
            label,
            document.theme or "",
            "" if document.confidence is None else f"{document.confidence:.2f}",
            document.stage,
            document.reason or "",
            f"{document.seconds:.1f}",
        )
    return table
