"""The whole check, in the order of ``spec/verdict.md``; the first thing wrong ends it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from asylia_verify.arrivals import check_arrivals
from asylia_verify.bag import check_bag
from asylia_verify.errors import WrongError, in_quotes
from asylia_verify.estimates import check_estimates
from asylia_verify.evidence import check_checkpoint, check_items, read_checkpoint
from asylia_verify.exhibits import Exhibits, check_exhibits
from asylia_verify.figures import check_figures
from asylia_verify.opening import open_bundle
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import Policy
from asylia_verify.promises import check_consent, check_stamps
from asylia_verify.several import check_several
from asylia_verify.statement import Statement, check_signer, read_statement
from asylia_verify.verdict import UNKNOWN, VALID, Verdict
from asylia_verify.words import ENGLISH, Line, line

_ARRIVED = (
    "statements in full: %(many)s; these words, unchanged, existed by the checkpoint; not who wrote"
    " them, nor that they are true"
)
_PACKED = (
    "the .zip around the files: its dates, notes and gaps are covered by nothing, only the files in"
    " it are; and a .zip can be made to unpack differently elsewhere: unpack it, check the folder,"
    " and read that"
)
_KNOWN = re.compile(
    r"data/(statement\.signed|consent\.json|figures\.json|method\.txt|dossier\.pdf|"
    r"log/checkpoint\.txt|certificates/(root\.json|device\.cert)|"
    r"arrivals/[0-9a-f]{10}/(proof\.json|statement\.(age|json))|exhibits/[0-9a-f]{10}/content|"
    r"items/[0-9a-f]{10}\.json|stamps/[1-8]\.tsr|"
    r"estimates/[1-8]/(estimate\.json|counts\.csv|(overlap|posterior|sensitivity|trace)\.svg)|"
    r"several/[1-8]/(several\.json|counts\.csv|(overlap|posterior|sensitivity)\.svg))"
)


def check(
    path: Path, policy: Policy | None, now: datetime, openssl: OpenSSL, language: str = ENGLISH
) -> Verdict:
    """Check a bundle; ``UsageError`` where the check can't begin."""
    try:
        files = open_bundle(path)
    except WrongError as error:
        return Verdict(language).ended(error.where)
    verdict = check_files(files, policy, now, openssl, language)
    if not path.is_dir() and verdict.wrong is None:
        verdict.left(line(_PACKED))
    return verdict


def check_files(
    files: Mapping[str, bytes],
    policy: Policy | None,
    now: datetime,
    openssl: OpenSSL,
    language: str = ENGLISH,
) -> Verdict:
    """Check a bundle's files, by their paths inside it."""
    verdict = Verdict(language)
    try:
        statement = _check(files, policy, openssl, verdict)
    except WrongError as error:
        return verdict.ended(error.where)
    _note_limits(statement, policy, now, openssl, verdict)
    verdict.verdict = VALID if policy else UNKNOWN
    return verdict


def _check(
    files: Mapping[str, bytes], policy: Policy | None, openssl: OpenSSL, verdict: Verdict
) -> Statement:
    def held(sentence: str, **values: object) -> None:
        verdict.held(line(sentence, **values))

    check_bag(files)
    held(
        "form: BagIt 1.0, %(many)s files, none missing, none added, every hash right",
        many=len(files),
    )
    statement = read_statement(files)
    held("statement: lists every file under data/ by hash and size")
    check_signer(files, statement, policy.root_hash if policy else None, openssl)
    held(
        "signatures (%(algorithms)s): statement and bag by a device certified by %(whose)s",
        algorithms=line("Ed25519 and ML-DSA-44") if openssl.has_ml_dsa else "Ed25519",
        whose=line("the policy's team") if policy else line("the root in the bundle"),
    )
    verdict.held(_made_for(statement))
    checkpoint = read_checkpoint(files)
    witnessed = check_checkpoint(checkpoint, policy, openssl) if policy else []
    if policy:
        held(
            "log: checkpoint of %(size)s leaves signed; witnesses: %(many)s",
            size=checkpoint.size,
            many=len(witnessed),
        )
    proven = check_items(files, statement, checkpoint)
    held(
        "fields: all %(fields)s proven up to the checkpoint; items: %(items)s",
        fields=sum(map(len, proven.values())),
        items=len(proven),
    )
    exhibits = check_exhibits(files, statement, proven)
    if exhibits.whole or exhibits.records:
        _tell_exhibits(exhibits, verdict)
    if arrivals := check_arrivals(files, statement, checkpoint, openssl):
        held(_ARRIVED, many=arrivals)
    stated = check_consent(files, statement)
    held("consent: as the signer states it, for every item and arrival; %(stated)s", stated=stated)
    check_figures(files, proven)
    held("figures: every number is what the items that it names say")
    for one in (*check_estimates(files), *check_several(files)):
        verdict.held(Line(*one.checked))
        verdict.left(Line(*one.not_checked))
    unknown = sum(name.startswith("data/") and not _KNOWN.fullmatch(name) for name in files)
    if unknown:
        verdict.left(
            line("%(many)s files that this checker does not know: hashes only", many=unknown)
        )
    times, unchecked = check_stamps(files, statement, policy, witnessed, openssl)
    if times:
        held(
            "time: the signed statement existed by %(moment)s UTC, by an authority of the policy",
            moment=f"{min(times):%Y-%m-%d %H:%M:%S}",
        )
    if unchecked and policy:
        verdict.left(line("%(many)s time stamps: by no authority of the policy", many=unchecked))
    return statement


def _tell_exhibits(found: Exhibits, verdict: Verdict) -> None:
    verdict.held(
        line(
            "exhibits: %(whole)s with their bytes, each of the SHA-256 taken at intake; by their"
            " record alone: %(records)s; custody: %(events)s events, each chain unbroken and in"
            " order; copies: %(copies)s, each naming its original; quotations found in their texts:"
            " %(quotes)s; not that what they show is true, nor who the numbered hands are",
            whole=found.whole,
            records=found.records,
            events=found.events,
            copies=found.copies,
            quotes=found.quotes,
        )
    )
    if found.records:
        verdict.left(
            line(
                "%(many)s exhibits by their record alone: their bytes are not in the bundle",
                many=found.records,
            )
        )
    if found.lone_copies:
        verdict.left(
            line(
                "%(many)s copies against their originals: those are not in the bundle",
                many=found.lone_copies,
            )
        )


def _made_for(statement: Statement) -> Line:
    said = statement.said
    return line(
        "made: dated %(made_on)s; consent until: %(until)s; purpose: %(purpose)s; recipient:"
        " %(recipient)s",
        made_on=said["made_on"],
        until=said["consent_until"] or line("no end, all of it is public"),
        purpose=in_quotes(said["purpose"]),
        recipient=in_quotes(said["recipient"]),
    )


def _note_limits(
    statement: Statement, policy: Policy | None, now: datetime, openssl: OpenSSL, verdict: Verdict
) -> None:
    def left_out(sentence: str) -> None:
        verdict.left(line(sentence))

    if policy is None:
        left_out("whose root this is: not checked without a policy file")
        left_out("who signed and cosigned the log's checkpoint: not checked without a policy file")
        left_out("who gave the time stamps, and so when: not checked without a policy file")
    else:
        if not policy.stamp_roots:
            left_out("time stamps: the policy names no stamp authority")
        if not policy.threshold:
            left_out("that the log shows everyone the same tree: the policy asks for no witness")
    if not openssl.has_ml_dsa:
        left_out("ML-DSA-44: not checked; this openssl is older than 3.5; Ed25519 beside it was")
    left_out("whether the device's certificate was withdrawn later: ask the team")
    said = statement.said
    if said["consent_until"] is not None and now.date() > said["consent_until"]:
        verdict.warn(
            line(
                "the consent expired on %(day)s: do not use it, do not pass it on",
                day=said["consent_until"],
            )
        )
    if said["made_on"] > now.date() + timedelta(days=1):
        verdict.warn(line("by this machine's clock the bundle was made in the future"))
