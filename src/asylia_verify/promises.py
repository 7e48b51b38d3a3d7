"""What the bundle says of consent and time, held against the rest of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from asylia_verify.errors import WrongError
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import Policy
from asylia_verify.statement import LINE, NAME, STATEMENT, Statement
from asylia_verify.strict import day, many, message, one_of, optional, record

CONSENT = "data/consent.json"
CLOCKS_DIFFER = timedelta(minutes=10)
_STATED = {
    "consent": "given by those concerned",
    "public": "said in public",
    "nobody": "concerns nobody",
    "proxy": "given in the stead of somebody who can't be asked",
    "emergency": "decided for them in an emergency",
}
_CONSENT = record(
    {
        "items": many(record({"basis": one_of(*_STATED), "name": NAME, "until": optional(day)})),
        "onward": many(LINE),
        "purpose": LINE,
        "recipient": LINE,
        "until": optional(day),
    }
)


def check_consent(files: Mapping[str, bytes], statement: Statement) -> str:
    """One line for each item and arrival, for this purpose and recipient, in force when made.

    Gives what the signer states, for a person; whether it is so, no checker can know.
    """
    consent = message(files.get(CONSENT, b""), "asylia/consent-statement/1", _CONSENT, CONSENT)
    said = statement.said
    for key, other in (
        ("purpose", "purpose"),
        ("recipient", "recipient"),
        ("until", "consent_until"),
    ):
        if consent[key] != said[other]:
            raise WrongError(f"names another {key} than the signed statement", CONSENT)
    if [line["name"] for line in consent["items"]] != sorted(said["items"] + said["arrivals"]):
        raise WrongError("does not have one line for each item of the bundle", CONSENT)
    given = {line["name"] for line in consent["items"] if line["basis"] == "consent"}
    if set(said["arrivals"]) - given:
        raise WrongError("lets a whole statement go on something else than consent", CONSENT)
    days = [line["until"] for line in consent["items"] if line["until"] is not None]
    for line in consent["items"]:
        if (line["until"] is None) != (line["basis"] in ("public", "nobody")):
            raise WrongError("says until when in a way that does not fit its basis", CONSENT)
    if min(days, default=None) != consent["until"]:
        raise WrongError("ends on another day than the first of its items", CONSENT)
    if days and min(days) < said["made_on"]:
        raise WrongError("the consent had expired when the bundle was made", CONSENT)
    bases = Counter(line["basis"] for line in consent["items"])
    return "; ".join(f"{words}: {bases[basis]}" for basis, words in _STATED.items())


def check_stamps(
    files: Mapping[str, bytes],
    statement: Statement,
    policy: Policy | None,
    witnessed: Sequence[datetime],
    openssl: OpenSSL,
) -> tuple[list[datetime], int]:
    """Times of the stamps that the policy's authorities gave, and how many stay unchecked."""
    data = files[STATEMENT]
    times = []
    roots = policy.stamp_roots if policy else ()
    for name in statement.stamps:
        try:
            moment, imprint = openssl.read_stamp(files[name])
        except WrongError as error:
            raise WrongError(error.message, name) from None
        if imprint != sha256(data).digest():
            raise WrongError("is over something else than this bundle's statement", name)
        if roots and openssl.verify_stamp(files[name], data, roots, moment):
            _check_time(name, moment, statement, witnessed)
            times.append(moment)
    if roots and not statement.stamps:
        raise WrongError("has no time stamp, though the policy names an authority", STATEMENT)
    if roots and not times:
        raise WrongError("is not by a stamp authority that the policy names", statement.stamps[0])
    return times, len(statement.stamps) - len(times)


def _check_time(
    name: str, moment: datetime, statement: Statement, witnessed: Sequence[datetime]
) -> None:
    made_on, stamped_on = statement.said["made_on"], moment.astimezone(UTC).date()
    if abs(stamped_on - made_on) > timedelta(days=1):
        raise WrongError("was given on another day than the bundle says it was made", name)
    until = statement.said["consent_until"]
    if until is not None and stamped_on > until:
        raise WrongError("was given after the consent had expired", name)
    if any(cosigned > moment + CLOCKS_DIFFER for cosigned in witnessed):
        raise WrongError("is older than a witness's cosignature that it covers", name)
