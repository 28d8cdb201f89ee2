"""Somebody whom a page names as its patient, as far as it can be read."""

from dataclasses import dataclass, field, replace
from datetime import date

from documents.patient import Sex, Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A printed person. Names as printed."""

    birth_name: str | None = field(default=None, repr=False)
    used_name: str | None = field(default=None, repr=False)
    #: A family name that may be either.
    name: str | None = field(default=None, repr=False)
    first_names: tuple[str, ...] = field(default=(), repr=False)
    #: Words of first and family names whose border is unknown.
    unsplit: tuple[str, ...] = field(default=(), repr=False)
    sex: Sex | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    birth_place: str | None = field(default=None, repr=False)
    #: Where it stands in the text: first character, and one past the last.
    start: int
    end: int

    @property
    def fully_named(self) -> bool:
        """Whether a family name and a first name were read."""
        family = self.birth_name or self.used_name or self.name
        return bool(family and self.first_names) or len(self.unsplit) >= 2

    @property
    def traits(self) -> Traits:
        """As fixed traits. Unsplit words stand together as the name of use unless letter case tells them apart."""
        capitals = tuple(w for w in self.unsplit if w.isupper())
        told_apart = 0 < len(capitals) < len(self.unsplit)
        family = capitals if told_apart else self.unsplit
        given = tuple(w for w in self.unsplit if not w.isupper()) if told_apart else ()
        return Traits(
            birth_name=self.birth_name,
            used_name=self.used_name or self.name or " ".join(family) or None,
            first_names=self.first_names or given,
            sex=self.sex,
            birth_date=self.birth_date,
            birth_place=self.birth_place,
        )

    def with_more(self, more: "Person") -> "Person":
        """Return this person completed by what another reading adds."""
        return replace(
            self,
            birth_name=self.birth_name or more.birth_name,
            used_name=self.used_name or more.used_name,
            name=self.name or more.name,
            first_names=self.first_names or more.first_names,
            unsplit=self.unsplit or more.unsplit,
            sex=self.sex or more.sex,
            birth_date=self.birth_date or more.birth_date,
            birth_place=self.birth_place or more.birth_place,
            end=max(self.end, more.end),
        )
