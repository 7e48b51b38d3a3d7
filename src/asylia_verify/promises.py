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
from asylia_verify.words import Line, line

CONSENT = "data/consent.json"
CLOCKS_DIFFER = timedelta(minutes=10)
_STATED = {
    "consent": "given by those concerned: %(many)s",
    "public": "said in public: %(many)s",
    "nobody": "concerns nobody: %(many)s",
    "proxy": "given in the stead of somebody who can't be asked: %(many)s",
    "emergency": "decided for them in an emergency: %(many)s",
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


def check_consent(files: Mapping[str, bytes], statement: Statement) -> Line:
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
            raise WrongError(
                "names another %(key)s than the signed statement", CONSENT, key=line(key)
            )
    if [row["name"] for row in consent["items"]] != sorted(said["items"] + said["arrivals"]):
        raise WrongError("does not have one line for each item of the bundle", CONSENT)
    given = {row["name"] for row in consent["items"] if row["basis"] == "consent"}
    if set(said["arrivals"]) - given:
        raise WrongError("lets a whole statement go on something else than consent", CONSENT)
    days = [row["until"] for row in consent["items"] if row["until"] is not None]
    for row in consent["items"]:
        if (row["until"] is None) != (row["basis"] in ("public", "nobody")):
            raise WrongError("says until when in a way that does not fit its basis", CONSENT)
    if min(days, default=None) != consent["until"]:
        raise WrongError("ends on another day than the first of its items", CONSENT)
    if days and min(days) < said["made_on"]:
        raise WrongError("the consent had expired when the bundle was made", CONSENT)
    bases = Counter(row["basis"] for row in consent["items"])
    parts = [line(words, many=bases[basis]) for basis, words in _STATED.items()]
    return Line("; ".join(p.english for p in parts), "; ".join(p.russian for p in parts))


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
            raise WrongError(error.told, name) from None
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
