"""Agreement between two claims: what contradicts, what is doubtful, what is the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from documents.patient import Sex
from pipelines.identify import names
from pipelines.identify.claim import Claim
from pipelines.identify.names import Likeness
from pipelines.identify.person import Person

#: Departments whose birth codes changed over the years: the number keeps the old code, papers print either.
_MOVED: Final = frozenset({"20", "2A", "2B", "75", "78", "91", "92", "93", "94", "95", "96", "97", "98", "99"})
_CORSICA: Final = str.maketrans("AB", "48")
_MALE_DIGITS: Final = "1357"
_FEMALE_DIGITS: Final = "2468"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How the names of two persons compare; None where they cannot be compared."""

    family: Likeness | None
    first: Likeness | None

    @property
    def same(self) -> bool:
        """Whether both the family name and the first name are the same."""
        return self.family is Likeness.SAME and self.first is Likeness.SAME

    @property
    def weight(self) -> int:
        """Orders the ways to split unsplit names: the better they agree, the larger."""
        return 3 * sum(x is Likeness.SAME for x in (self.family, self.first)) + sum(
            x is Likeness.NEAR for x in (self.family, self.first)
        )


def contradictions(left: Claim, right: Claim) -> Iterator[str]:
    """Name everything in which two claims contradict one another."""
    if left.number and right.number:
        if left.number != right.number:
            yield "numbers-differ"
        elif left.oid and right.oid and left.oid != right.oid:
            yield "authorities-differ"
    for numbered, named in ((left, right), (right, left)):
        if numbered.number and named.person:
            yield from _number_against(numbered.number, named.person)
    if left.person and right.person:
        yield from _persons_against(left.person, right.person, noisy=left.noisy or right.noisy)


def number_fits_birth(number: str, born: date) -> bool:
    """Whether a number's year and month are those of a birth date; months from 20 on stand for an unknown month."""
    month = int(number[3:5])
    return number[1:3] == f"{born.year % 100:02d}" and (month > 12 or month == born.month)


def compare_names(left: Person, right: Person, *, noisy: bool) -> Names:
    """Compare two persons' names, over every way to split those whose border is unknown."""
    return max((_names(a, b, noisy=noisy) for a in splits(left) for b in splits(right)), key=lambda n: n.weight)


def split_like(reference: Person, person: Person, *, noisy: bool) -> Person:
    """Return the person with unsplit words split in the way that agrees best with the reference."""
    return max(splits(person), key=lambda split: _names(reference, split, noisy=noisy).weight)


def _names(left: Person, right: Person, *, noisy: bool) -> Names:
    return Names(family=_families(left, right, noisy=noisy), first=_firsts(left, right, noisy=noisy))


def _number_against(number: str, person: Person) -> Iterator[str]:
    if person.birth_date and not number_fits_birth(number, person.birth_date):
        yield "number-contradicts-birth-date"
    digits = {Sex.MALE: _MALE_DIGITS, Sex.FEMALE: _FEMALE_DIGITS}.get(person.sex or Sex.UNKNOWN)
    if digits and number[0] not in digits:
        yield "number-contradicts-sex"
    place = (person.birth_place or "")[:2]
    if place and place not in _MOVED and number[5:7] not in _MOVED and place != number[5:7]:
        yield "number-contradicts-birth-place"


def _persons_against(left: Person, right: Person, *, noisy: bool) -> Iterator[str]:
    if left.birth_date and right.birth_date and left.birth_date != right.birth_date:
        yield "birth-dates-differ"
    sexes = {left.sex, right.sex} - {None, Sex.UNKNOWN}
    if len(sexes) == 2:
        yield "sexes-differ"
    if left.birth_place and right.birth_place and not _same_department(left, right, noisy=noisy):
        yield "birth-places-differ"
    compared = compare_names(left, right, noisy=noisy)
    if compared.family is Likeness.OTHER:
        yield "family-names-differ"
    if compared.first is Likeness.OTHER:
        yield "first-names-differ"


def _same_department(left: Person, right: Person, *, noisy: bool) -> bool:
    """Whether two birth places lie in one department; readers take Corsica's 2A and 2B for 24 and 28."""
    a, b = (left.birth_place or "")[:2], (right.birth_place or "")[:2]
    return a == b or (noisy and a.translate(_CORSICA) == b.translate(_CORSICA))


def splits(person: Person) -> list[Person]:
    """Return every person that unsplit words may mean: family name first or last, or, read apart, all of them."""
    words = person.unsplit
    if not words or person.first_names:
        return [person]
    if len(words) == 1:
        return [_as(person, words, ())]
    borders = [(words[:i], words[i:]) for i in range(1, len(words))]
    ways = [way for a, b in borders for way in ((a, b), (b, a))]
    known = {part for name in (person.birth_name, person.used_name) if name for part in name.split("-")}
    # Beside a birth name, the word that it is part of is no first name: twins would share it.
    likely = [way for way in ways if not known & {part for word in way[1] for part in word.split("-")}]
    return [*(_as(person, *way) for way in likely or ways), _as(person, words, ())]


def _as(person: Person, family: tuple[str, ...], first: tuple[str, ...]) -> Person:
    return Person(
        birth_name=person.birth_name,
        used_name=person.used_name,
        name=" ".join(family),
        first_names=first,
        start=person.start,
        end=person.end,
    )


def _families(left: Person, right: Person, *, noisy: bool) -> Likeness | None:
    """Compare like with like; a birth name against a name of use alone says nothing when they differ."""
    if left.birth_name and right.birth_name:
        return names.compare(left.birth_name, right.birth_name, noisy=noisy)
    a = [n for n in (left.birth_name, left.used_name, left.name) if n]
    b = [n for n in (right.birth_name, right.used_name, right.name) if n]
    if not a or not b:
        return None
    best = max(names.compare(x, y, noisy=noisy) for x in a for y in b)
    if best is not Likeness.SAME and _joined_in_marriage(left, right, noisy=noisy):
        return Likeness.SAME
    comparable = len(a) > 1 or len(b) > 1 or bool(left.birth_name) == bool(right.birth_name)
    return best if comparable or best is not Likeness.OTHER else None


def _joined_in_marriage(left: Person, right: Person, *, noisy: bool) -> bool:
    """Whether one side's name of use is the other's birth name joined with another: HENRY, HENRY-GAILLARD."""
    for born, used in ((left, right), (right, left)):
        parts = (used.used_name or used.name or "").split("-")
        if born.birth_name and len(parts) == 2 and not used.birth_name:
            return any(names.compare(born.birth_name, part, noisy=noisy) is Likeness.SAME for part in parts)
    return False


def _firsts(left: Person, right: Person, *, noisy: bool) -> Likeness | None:
    if not left.first_names or not right.first_names:
        return None
    return names.compare_first(left.first_names, right.first_names, noisy=noisy)
