"""Layout: the blocks of a paper set on pages in a style."""

from collections.abc import Sequence
from functools import singledispatch
from random import Random

from specimens.fonts import width, wrap
from specimens.marks import Box, Rule, Sheet
from specimens.paper import (
    Align,
    Blank,
    Block,
    Columns,
    Divider,
    Fields,
    Frame,
    Heading,
    Item,
    Letterhead,
    PageBreak,
    Paper,
    Paragraph,
    Signature,
    Table,
)
from specimens.pen import Pen
from specimens.stationery import put_frame, put_letterhead, put_signature
from specimens.style import Style
from specimens.tabulation import Grid, fit


def set_pages(paper: Paper, style: Style, rng: Random) -> tuple[Sheet, ...]:
    """Set a paper on as many pages as it needs."""
    pen = Pen(style=style, rng=rng, footer=paper.footer, running_head=paper.running_head)
    pen.open_page()
    for block in paper.blocks:
        put(block, pen)
        pen.y -= style.gap * style.size
    return pen.close()


@singledispatch
def put(block: Block, pen: Pen) -> None:
    """Set a block under what is there already.

    Raises:
        TypeError: There is no such block.
    """
    raise TypeError(f"{type(block).__name__} cannot be set on {len(pen.pages)} pages")


put.register(Letterhead, put_letterhead)
put.register(Frame, put_frame)
put.register(Signature, put_signature)


@put.register
def _(_block: PageBreak, pen: Pen) -> None:
    pen.open_page()


@put.register
def _(_block: Divider, pen: Pen) -> None:
    pen.rule(pen.right, stroke=0.6, below=6, colour=pen.style.accent)
    pen.y -= 6


@put.register
def _(block: Heading, pen: Pen) -> None:
    style = pen.style
    if block.level == 0:
        _put_title(block.text, pen)
        return
    size = style.size + (1 if block.level == 1 and style.heading != "italic" else 0)
    text = block.text.upper() if style.heading == "capitals" and block.level == 1 else block.text
    font = _heading_font(block, style)
    pen.need(4 * pen.step)
    pen.y -= 0.4 * style.size
    if style.heading == "bar" and block.level == 1:
        low = pen.y - size * 1.4
        pen.mark(Box(x=pen.left, y=low, width=pen.room, height=size * 1.5, colour=(0.86, 0.89, 0.93), filled=True))
    pen.lines(wrap(text, font, size, pen.room), pen.left, font, size, style.accent)
    if style.heading == "underlined":
        pen.rule(min(pen.left + width(text, font, size), pen.right), below=2, colour=style.accent)


def _heading_font(block: Heading, style: Style) -> str:
    if block.level == 2:
        return style.body.regular if style.heading == "italic" else style.body.italic
    return style.display.italic if style.heading == "italic" else style.display.bold


def _put_title(text: str, pen: Pen) -> None:
    style = pen.style
    font, size = style.display.bold, style.size + pen.rng.choice((2, 3, 4, 5))
    rows = wrap(text, font, size, pen.room - 20)
    pen.need(len(rows) * size * style.leading + 20)
    pen.y -= size * 0.5
    top = pen.y
    for row in rows:
        pen.lines([row], pen.left + (pen.room - width(row, font, size)) / 2, font, size, style.accent)
    if style.heading == "boxed":
        low = pen.y - size * 0.55
        pen.mark(Box(x=pen.left, y=low, width=pen.room, height=top - low, colour=style.accent, stroke=0.9))
    pen.y -= size * 0.7


@put.register
def _(block: Paragraph, pen: Pen) -> None:
    style = pen.style
    font = style.body.bold if block.bold else style.body.regular
    indent = 18 if style.indented and block.align is Align.LEFT and not block.bold else 0
    for number, text in enumerate(wrap(block.text, font, style.size, pen.room - indent)):
        free = pen.room - width(text, font, style.size)
        offset = {Align.LEFT: indent if number == 0 else 0, Align.CENTRE: free / 2, Align.RIGHT: free}[block.align]
        pen.lines([text], pen.left + offset, font, style.size)


@put.register
def _(block: Item, pen: Pen) -> None:
    style = pen.style
    font = style.body.regular
    inset = 10 + width(style.bullet + " ", font, style.size)
    first, *rest = wrap(block.text, font, style.size, pen.room - inset)
    pen.lines([style.bullet], pen.left + 10, font, style.size)
    pen.add(pen.left + inset, first, font, style.size)
    pen.lines(rest, pen.left + inset, font, style.size)


@put.register
def _(block: Fields, pen: Pen) -> None:
    font, bold, size = pen.style.body.regular, pen.style.body.bold, pen.style.size
    column = min(max(width(f"{label} : ", font, size) for label, _ in block.rows), pen.room * 0.45)
    for label, value in block.rows:
        start = pen.left + max(column, width(f"{label} : ", font, size))
        first, *rest = wrap(value, bold, size, pen.right - start) or [""]
        pen.lines([f"{label} :"], pen.left, font, size)
        if first:
            pen.add(start, first, bold, size)
        pen.lines(rest, start, bold, size)


@put.register
def _(block: Blank, pen: Pen) -> None:
    font, size = pen.style.body.regular, pen.style.size
    pen.need(pen.step * 1.3)
    pen.y -= pen.step * 0.3
    pen.lines([block.label], pen.left, font, size)
    start = pen.left + width(f"{block.label} ", font, size)
    pen.mark(Rule(x1=start, y1=pen.y - 2, x2=pen.right - 30, y2=pen.y - 2, stroke=0.4))


@put.register
def _(block: Columns, pen: Pen) -> None:
    style = pen.style
    half = pen.room * 0.5
    left = [part for text in block.left for part in wrap(text, style.body.bold, style.size, half - 14)]
    right = [part for text in block.right for part in wrap(text, style.body.bold, style.size, half - 14)]
    pen.need((len(left) + len(right) + 1) * pen.step)
    top = pen.y
    pen.lines(left, pen.left, style.body.regular, style.size)
    low = pen.y
    pen.y = top if style.beside else low - style.size * 0.5
    pen.lines(right, pen.left + half + 10, style.body.regular, style.size)
    pen.y = min(pen.y, low) - style.size * 0.6


@put.register
def _(block: Table, pen: Pen) -> None:
    grid = fit(block, pen.style, pen.room)
    if grid.head:
        _put_row(pen, grid, grid.head, head=True)
    for number, cells in enumerate(grid.rows):
        _put_row(pen, grid, cells, shaded=number % 2 == 1)
    if pen.style.table in {"rules", "grid"}:
        pen.rule(pen.left + grid.width)


def _put_row(
    pen: Pen, grid: Grid, cells: Sequence[tuple[str, ...]], *, head: bool = False, shaded: bool = False
) -> None:
    """Set a row: what stands on one baseline is one line of reading."""
    style = pen.style
    levels = max(len(cell) for cell in cells)
    step = grid.size * style.leading * (1.15 if style.table == "grid" else 1.05)
    pen.need(step * levels + 4)
    if style.table == "zebra" and shaded:
        low = pen.y - step * levels - 2.5
        tint = (0.94, 0.94, 0.94)
        pen.mark(Box(x=pen.left, y=low, width=grid.width, height=step * levels, colour=tint, filled=True))
    if style.table == "grid" or (style.table == "rules" and head):
        pen.rule(pen.left + grid.width)
    font = style.body.bold if head else style.body.regular
    for level in range(levels):
        pen.y -= step
        pen.line += 1
        for x, cell in zip(grid.offsets, cells, strict=True):
            if level < len(cell) and cell[level]:
                pen.add(pen.left + x + 3, cell[level], font, grid.size)
    if head and style.table in {"rules", "zebra"}:
        pen.rule(pen.left + grid.width)
