"""Layout: the blocks of a paper set on pages in a style, remembering each line in reading order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from specimens.fonts import width, wrap
from specimens.marks import PAGE_HEIGHT, PAGE_WIDTH, Box, Mark, Matrix, Rule, Scrawl, Sheet, Text
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
from specimens.style import BLACK, Colour, Style
from specimens.tabulation import Grid, fit


def set_pages(paper: Paper, style: Style, rng: Random) -> tuple[Sheet, ...]:
    """Set a paper on as many pages as it needs."""
    setter = _Setter(paper=paper, style=style, rng=rng)
    setter.open_page()
    for block in paper.blocks:
        setter.put(block)
    return setter.finished()


@dataclass(slots=True, kw_only=True)
class _Setter:
    """Puts blocks one under another, opening pages as they fill."""

    paper: Paper
    style: Style
    rng: Random
    pages: list[list[Mark]] = field(default_factory=list)
    #: The baseline of the line set last, falling.
    y: float = 0
    line: int = 0

    @property
    def left(self) -> float:
        return self.style.margin_left

    @property
    def right(self) -> float:
        return PAGE_WIDTH - self.style.margin_right

    @property
    def room(self) -> float:
        return self.right - self.left

    @property
    def floor(self) -> float:
        """Where the footer begins."""
        return self.style.margin_bottom + 10 * (len(self.paper.footer) + 1)

    @property
    def step(self) -> float:
        return self.style.size * self.style.leading

    def open_page(self) -> None:
        self.pages.append([])
        self.y = PAGE_HEIGHT - self.style.margin_top
        if len(self.pages) > 1 and self.paper.running_head:
            self.y -= 8
            self.write(self.left, self.paper.running_head, self.style.body.regular, 8)
            self.y -= 14

    def need(self, height: float) -> None:
        """Open a page when less than `height` points are left on this one."""
        if self.y - height < self.floor:
            self.open_page()

    def mark(self, mark: Mark) -> None:
        self.pages[-1].append(mark)

    def write(
        self, x: float, text: str, font: str, size: float, *, colour: Colour = BLACK, same_line: bool = False
    ) -> None:
        """Write on the present baseline; a new line of reading unless `same_line`."""
        self.line += not same_line
        self.mark(Text(x=x, y=self.y, text=text, font=font, size=size, colour=colour, line=self.line))

    def put(self, block: Block) -> None:
        match block:
            case Heading():
                self.heading(block)
            case Paragraph():
                self.paragraph(block)
            case Item(text):
                self.item(text)
            case Fields(rows):
                self.fields(rows)
            case Table():
                self.table(block)
            case Divider():
                self.divider()
            case Columns():
                self.columns(block)
            case Letterhead():
                self.letterhead(block)
            case Frame():
                self.frame(block)
            case Signature(lines):
                self.signature(lines)
            case Blank(label):
                self.blank(label)
            case PageBreak():
                self.open_page()
        self.y -= self.style.gap * self.style.size

    def lines(self, lines: Iterable[str], x: float, font: str, size: float, *, colour: Colour = BLACK) -> None:
        """Write lines one under another."""
        for text in lines:
            self.need(size * self.style.leading)
            self.y -= size * self.style.leading
            self.write(x, text, font, size, colour=colour)

    def heading(self, block: Heading) -> None:
        style = self.style
        if block.level == 0:
            self.title(block.text)
            return
        size = style.size + (1 if block.level == 1 and style.heading != "italic" else 0)
        text = block.text.upper() if style.heading == "capitals" and block.level == 1 else block.text
        font = style.display.italic if style.heading == "italic" else style.display.bold
        if block.level == 2:
            font = style.body.italic if style.heading != "italic" else style.body.regular
        self.need(4 * self.step)
        self.y -= 0.4 * style.size
        if style.heading == "bar" and block.level == 1:
            tint = (0.86, 0.89, 0.93)
            self.mark(
                Box(x=self.left, y=self.y - size * 1.4, width=self.room, height=size * 1.5, colour=tint, filled=True)
            )
        self.lines(wrap(text, font, size, self.room), self.left, font, size, colour=style.accent)
        if style.heading == "underlined":
            end = self.left + width(text, font, size)
            self.mark(Rule(x1=self.left, y1=self.y - 2, x2=min(end, self.right), y2=self.y - 2, colour=style.accent))

    def title(self, text: str) -> None:
        style = self.style
        size = style.size + self.rng.choice((2, 3, 4, 5))
        lines = wrap(text, style.display.bold, size, self.room - 20)
        self.need(len(lines) * size * style.leading + 20)
        self.y -= size * 0.5
        top = self.y
        for one in lines:
            self.y -= size * style.leading
            x = self.left + (self.room - width(one, style.display.bold, size)) / 2
            self.write(x, one, style.display.bold, size, colour=style.accent)
        if style.heading == "boxed":
            low = self.y - size * 0.55
            self.mark(Box(x=self.left, y=low, width=self.room, height=top - low, colour=style.accent, stroke=0.9))
        self.y -= size * 0.7

    def paragraph(self, block: Paragraph) -> None:
        style = self.style
        font = style.body.bold if block.bold else style.body.regular
        indent = 18 if style.indented and block.align is Align.LEFT and not block.bold else 0
        for number, text in enumerate(wrap(block.text, font, style.size, self.room - indent)):
            free = self.room - width(text, font, style.size)
            offset = {Align.LEFT: indent if number == 0 else 0, Align.CENTRE: free / 2, Align.RIGHT: free}[block.align]
            self.lines([text], self.left + offset, font, style.size)

    def item(self, text: str) -> None:
        style = self.style
        inset = 10 + width(style.bullet + " ", style.body.regular, style.size)
        rows = wrap(text, style.body.regular, style.size, self.room - inset)
        self.need(self.step)
        self.y -= self.step
        self.write(self.left + 10, style.bullet, style.body.regular, style.size)
        self.write(self.left + inset, rows[0], style.body.regular, style.size, same_line=True)
        self.lines(rows[1:], self.left + inset, style.body.regular, style.size)

    def fields(self, rows: Sequence[tuple[str, str]]) -> None:
        font, bold, size = self.style.body.regular, self.style.body.bold, self.style.size
        column = min(max(width(f"{label} : ", font, size) for label, _ in rows), self.room * 0.45)
        for label, value in rows:
            start = self.left + max(column, width(f"{label} : ", font, size))
            values = wrap(value, bold, size, self.right - start) or [""]
            self.need(self.step)
            self.y -= self.step
            self.write(self.left, f"{label} :", font, size)
            self.write(start, values[0], bold, size, same_line=True)
            self.lines(values[1:], start, bold, size)

    def divider(self) -> None:
        self.y -= 6
        self.mark(Rule(x1=self.left, y1=self.y, x2=self.right, y2=self.y, colour=self.style.accent))

    def blank(self, label: str) -> None:
        self.need(self.step * 1.3)
        self.y -= self.step * 1.3
        start = self.left
        if label:
            self.write(self.left, label, self.style.body.regular, self.style.size)
            start += width(f"{label} ", self.style.body.regular, self.style.size)
        self.mark(Rule(x1=start, y1=self.y - 2, x2=self.right - 30, y2=self.y - 2, stroke=0.4))

    def columns(self, block: Columns) -> None:
        """Set two columns, side by side or the right one under the left one; neither is broken over pages."""
        style = self.style
        half = self.room * 0.5
        left = [part for text in block.left for part in wrap(text, style.body.bold, style.size, half - 14)]
        right = [part for text in block.right for part in wrap(text, style.body.bold, style.size, half - 14)]
        self.need((len(left) + len(right) + 1) * self.step)
        top = self.y
        self.lines(left, self.left, style.body.regular, style.size)
        low = self.y
        self.y = top if style.beside else low - style.size * 0.5
        self.lines(right, self.left + half + 10, style.body.regular, style.size)
        self.y = min(self.y, low) - style.size * 0.6

    def letterhead(self, block: Letterhead) -> None:
        style = self.style
        top = self.y
        if style.letterhead == "banner":
            self.mark(Rule(x1=self.left, y1=top, x2=self.right, y2=top, colour=style.accent, stroke=3))
            self.y -= 4
        shift = self.logo(top) if style.logo and style.letterhead in {"left", "banner"} else 0
        room = self.room * (0.55 if block.aside and style.beside else 1) - shift
        for number, text in enumerate(block.lines):
            strong = number < block.strong
            size = style.size + 2 if strong else style.size - 1
            font = style.display.bold if strong else style.display.regular
            for part in wrap(text, font, size, room):
                self.y -= size * style.leading
                free = room - width(part, font, size)
                offset = (
                    {"centre": free / 2, "right": free}.get(style.letterhead, 0)
                    if not (block.aside and style.beside)
                    else 0
                )
                self.write(self.left + shift + offset, part, font, size, colour=style.accent)
        low = self.y
        if block.aside:
            self.y = top - 2 if style.beside else low - 4
            self.lines(block.aside, self.left + self.room * 0.62, style.display.regular, style.size - 2)
        self.y = min(self.y, low) - 4
        if style.letterhead in {"banner", "centre"}:
            self.divider()
        self.y -= style.size

    def logo(self, top: float) -> float:
        """Draw a sign of a house beside the letterhead; returns its width."""
        x, y, side = self.left, top - 44, 34.0
        accent = self.style.accent
        match self.rng.randrange(3):
            case 0:
                self.mark(Box(x=x + side / 3, y=y, width=side / 3, height=side, colour=accent, filled=True))
                self.mark(Box(x=x, y=y + side / 3, width=side, height=side / 3, colour=accent, filled=True))
            case 1:
                self.mark(Box(x=x, y=y, width=side, height=side, colour=accent, stroke=2))
                self.mark(Box(x=x + 8, y=y + 8, width=side - 16, height=side - 16, colour=accent, filled=True))
            case _:
                for bar in range(4):
                    height = side * (0.4 + 0.2 * bar)
                    self.mark(Box(x=x + bar * 9, y=y, width=6, height=height, colour=accent, filled=True))
        return side + 14

    def frame(self, block: Frame) -> None:
        style = self.style
        side = 62.0 if block.datamatrix else 0.0
        inside = self.room - side - 24
        rows = [part for text in block.lines for part in wrap(text, style.body.regular, style.size, inside)]
        height = max(len(rows) * self.step, side) + 12
        self.need(height + 4)
        top = self.y
        if style.boxed:
            self.mark(Box(x=self.left, y=top - height, width=self.room, height=height, colour=style.accent))
        self.y -= 3
        for number, text in enumerate(rows):
            self.y -= self.step
            self.write(self.left + 7, text, style.body.bold if number == 0 else style.body.regular, style.size)
        if block.datamatrix:
            self.mark(Matrix(x=self.right - side - 8, y=top - side - 6, side=side, payload=block.datamatrix))
        self.y = top - height

    def signature(self, lines: Sequence[str]) -> None:
        style = self.style
        self.need(self.step * len(lines) + 62)
        x = self.left + self.room * self.rng.choice((0, 0.45, 0.55))
        self.y -= style.size
        for text in lines:
            for part in wrap(text, style.body.regular, style.size, self.right - x):
                self.lines([part], x, style.body.regular, style.size)
        self.mark(self.scrawl(x + 10, self.y - 26))
        self.y -= 46

    def scrawl(self, x: float, y: float) -> Scrawl:
        points = [(x, y)]
        for number in range(self.rng.randint(3, 6) * 3):
            points.append((x + (number + 1) * self.rng.uniform(4, 9), y + self.rng.uniform(-14, 16)))
        return Scrawl(points=tuple(points))

    def table(self, block: Table) -> None:
        grid = fit(block, self.style, self.room)
        if grid.head:
            self.row(grid, grid.head, head=True)
        for number, cells in enumerate(grid.rows):
            self.row(grid, cells, shaded=number % 2 == 1)
        if self.style.table in {"rules", "grid"}:
            self.mark(Rule(x1=self.left, y1=self.y - 3, x2=self.left + grid.width, y2=self.y - 3, stroke=0.4))

    def row(self, grid: Grid, cells: Sequence[tuple[str, ...]], *, head: bool = False, shaded: bool = False) -> None:
        """Set a row: the cells' lines that share a baseline are one line of reading."""
        style = self.style
        step = grid.size * style.leading * (1.15 if style.table == "grid" else 1.05)
        height = step * max(len(cell) for cell in cells)
        self.need(height + 4)
        if style.table == "zebra" and shaded:
            tint = (0.94, 0.94, 0.94)
            low = self.y - height - 2.5
            self.mark(Box(x=self.left, y=low, width=grid.width, height=height, colour=tint, filled=True))
        font = style.body.bold if head else style.body.regular
        if style.table == "grid" or (style.table == "rules" and head):
            self.mark(Rule(x1=self.left, y1=self.y - 3, x2=self.left + grid.width, y2=self.y - 3, stroke=0.4))
        for level in range(max(len(cell) for cell in cells)):
            self.y -= step
            fresh = True
            for x, cell in zip(grid.offsets, cells, strict=True):
                if level < len(cell) and cell[level]:
                    self.write(self.left + x + 3, cell[level], font, grid.size, same_line=not fresh)
                    fresh = False
        if head and style.table in {"rules", "zebra"}:
            self.mark(Rule(x1=self.left, y1=self.y - 3, x2=self.left + grid.width, y2=self.y - 3, stroke=0.4))

    def finished(self) -> tuple[Sheet, ...]:
        """Put the footers, now that the number of pages is known, and close."""
        total = len(self.pages)
        numbered = bool(self.style.numbering)
        for number, marks in enumerate(self.pages, 1):
            texts = list(self.paper.footer)
            if numbered:
                texts.append(self.style.numbering.format(page=number, pages=total))
            y = self.style.margin_bottom - 18 + 9 * len(texts)
            if self.paper.footer:
                marks.append(Rule(x1=self.left, y1=y + 10, x2=self.right, y2=y + 10, stroke=0.4))
            for text in texts:
                x = self.left + (self.room - width(text, self.style.display.regular, 7.5)) / 2
                self.line += 1
                font = self.style.display.regular
                marks.append(Text(x=x, y=y, text=text, font=font, size=7.5, line=self.line))
                y -= 9
        return tuple(Sheet(tuple(marks)) for marks in self.pages)
