"""Labels that a linkage is given: from a file of pairs, or from a review in this device's vault.

Upholds: of a review only ids, verdicts and how sure they are leave the vault, into this process's
memory; nothing is written, and nobody is asked over the network.  Refuses a review that is not
there, and a device that is not in the compartment of identities.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from asylia.casework.review import Reviews
from asylia.casework.votes import standings
from asylia.cli._working import working
from asylia.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from asylia.counts.linking.labels import Label


def given(
    file: Path | None, vault: Path | None, review: str | None, passphrase_file: Path | None
) -> "tuple[Label, ...]":
    """The labels that the command was told of; none, if of none."""
    if vault is None and (review is not None or passphrase_file is not None):
        raise UsageError(
            "a review lies in a vault, and none is named", hint="Name its folder with --vault."
        )
    if file is not None and vault is not None:
        raise UsageError("labels come from a file or from a review, not from both")
    if vault is not None:
        return _reviewed(vault, review, passphrase_file)
    if file is None:
        return ()
    from asylia.counts.linking.labels_reading import read  # noqa: PLC0415 - needs `counting`

    return read(file)


def _reviewed(vault: Path, review: str | None, passphrase_file: Path | None) -> "tuple[Label, ...]":
    from asylia.counts.linking.labels import Label  # noqa: PLC0415 - needs `counting`

    with working(vault, passphrase_file) as place:
        reviews = Reviews(place)
        reviews.check_member()
        found = [at for at, name in reviews.names().items() if review in (None, name)]
        if not found:
            raise NotFoundError(
                "this device holds no such review",
                hint="Its name is the one on the desk's page of pairs; synchronise there first.",
            )
        if len(found) > 1:
            raise UsageError(
                "this device holds several reviews", hint="Name the one you mean with --review."
            )
        known = standings(reviews.of(found[0]), reviews.reviewers(), reviews.people())
        return tuple(
            Label(*pair, *one.label) for pair, one in known.items() if one.label is not None
        )
