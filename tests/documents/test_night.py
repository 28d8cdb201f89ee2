from documents.care import Section
from documents.night import FileTally, Reconciliation, Tally

_MIXED = Reconciliation(
    files=(
        FileTally(file=0, section=Section.MEDICINES, tally=Tally(lines=10, accepted=7, duplicates=2, rejected=1)),
        FileTally(file=0, section=Section.STAYS, tally=Tally(lines=3, accepted=3)),
        FileTally(file=1, section=Section.STAYS, tally=Tally(lines=4, accepted=1, duplicates=3)),
        FileTally(file=1, section=None, tally=Tally(lines=2, rejected=2)),
    )
)


def test_a_night_adds_up_by_file_by_section_and_in_all() -> None:
    """Whoever doubts a total finds the file and the section that it is made of."""
    assert _MIXED.total == Tally(lines=19, accepted=11, duplicates=5, rejected=3)
    assert _MIXED.by_file(1) == Tally(lines=6, accepted=1, duplicates=3, rejected=2)
    assert _MIXED.by_section(Section.STAYS) == Tally(lines=7, accepted=4, duplicates=3)
    assert _MIXED.by_section(None) == Tally(lines=2, rejected=2)
    assert _MIXED.balances


def test_a_line_that_became_nothing_is_noticed() -> None:
    """A single lost line of one section does not hide behind another section's."""
    lost = FileTally(file=0, section=Section.BIOLOGY, tally=Tally(lines=5, accepted=4))
    doubled = FileTally(file=0, section=Section.DEVICES, tally=Tally(lines=4, accepted=5))
    assert not Reconciliation(files=(lost, doubled)).balances
    assert Reconciliation(files=(lost, doubled)).total.balances
