"""An old copy of the keyring in the place of the present one resurrects nobody for long, and never in silence."""

from documents.role import Role
from documents.stage import Stage
from pipelines.erasing.enforcing import enforce, overtaken
from pipelines.erasing.erasing import erase
from pipelines.erasing.holding import reopen
from tests.fakes import paper
from tests.pipelines.erasing.conftest import ANNE, filed, request, stores
from tests.pipelines.erasing.test_erasing import unreadable
from tests.world import World, person


def test_a_finished_erasure_needs_nothing_more(world: World) -> None:
    """The keyring bears its mark."""
    filed(world, paper("un"))
    erase(request(world), world.services)
    assert overtaken(world.services.archive) == []
    assert enforce(world.services.archive, all_of_them=True) == 0


def test_a_keyring_put_back_from_before_is_noticed_and_brought_up_to_date(world: World) -> None:
    """Until then its keys open, as any copy's do under the same master: hence at every start."""
    document = filed(world, paper("un"))
    _, keyring = stores(world)
    backup = keyring.contents()
    erase(request(world), world.services)
    keyring.restore(backup)
    assert world.services.archive.open(document.id, document.required(Role.ORIGINAL)) == paper("un")
    assert len(overtaken(world.services.archive)) == 1
    assert enforce(world.services.archive) == 1
    unreadable(world, document)
    assert enforce(world.services.archive) == 0
    assert world.document(document.id).stage is Stage.ERASED


def test_keys_put_back_beside_the_tombstones_are_destroyed_again(world: World) -> None:
    """They count for nothing, and do not stay for somebody to find."""
    filed(world, paper("un"))
    _, keyring = stores(world)
    backup = keyring.contents()
    erase(request(world), world.services)
    after = keyring.contents()
    keyring.put_back(backup)
    assert enforce(world.services.archive, all_of_them=True) == 1
    assert keyring.contents() == after


def test_a_record_begun_anew_is_left_alone(world: World) -> None:
    """Only what is older than the tombstone goes."""
    filed(world, paper("un"))
    _, keyring = stores(world)
    backup = keyring.contents()
    erase(request(world), world.services)
    reopen(world.services.archive.pseudonym(ANNE), person("dpo"), "retour", world.services)
    late = filed(world, paper("deux"))
    keyring.put_back(backup)
    assert enforce(world.services.archive, all_of_them=True) == 1
    assert world.services.archive.open(late.id, late.required(Role.ORIGINAL)) == paper("deux")
