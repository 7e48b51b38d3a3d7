"""Every constant that can move who is joined, and nothing else that could.

Upholds: each was picked by the rule of ``bench/constants.py`` on tables that linkage is not scored
on, or is a limit or a convention that no table here moves (``docs/decisions/0204`` says which).  A
tuple, so that compiled code takes it as it is.
"""

from typing import NamedTuple


class Constants(NamedTuple):
    """What a table is linked by; bits are -log2 of a share of the table's records."""

    # Spellings of one token
    least_alike: float = 0.76  # of Jaro and Winkler, from 0 to 1
    worth_spelt: int = 60  # percent of a token's bits that such a neighbour has
    worth_sound: int = 70  # where the sound is one
    worth_short: int = 80  # where one may be the short form of the other
    worth_bare: int = 60  # where the consonants are one
    spellings: int = 100  # tokens in one block of spellings; more say nothing about each other
    # Names
    name_bins: tuple[float, float, float, float, float, float, float, float] = (
        1.4, 3.5, 5.6, 7.7, 9.8, 12.6, 16.1, 20.3,
    )  # bits that two names share  # fmt: skip
    most_bits: float = 20.0  # of a token
    initial: float = 3.0  # bits that a shared initial is worth
    left_over: float = 0.12  # the share of the shorter name's bits below which it is all in both
    # Dates, places and other texts
    years: tuple[int, int] = (2, 10)  # apart, where dates do not meet
    place_bits: tuple[float, float] = (5.0, 8.0)
    place_km: tuple[float, float, float] = (1.0, 15.0, 60.0)
    sex_bits: float = 1.5
    text_bits: tuple[float, float, float] = (2.0, 5.0, 8.0)
    # Pairs that are looked at
    members: int = 250  # of a record's blocks, the smallest blocks first
    partners: int = 20  # that a record keeps of them
    # Weights
    least_m: float = 3e-3  # the least probability of a level among matches
    least_u: float = 0.02  # the least share of u that is left when matches are taken out of it
    most_ratio: float = 20.0  # bits that one field can weigh
    # Merging
    shrunk: float = 0.8  # records of no evidence that a cluster's evidence is shrunk by
    rounds: int = 4
    compared: int = 24  # records of a cluster that are compared
    stays: float = 0.5  # bits by which another cluster must be better before a record moves
    least_weight: float = -12.0  # bits beside log2 N from which a pair is looked at in merging


CONSTANTS = Constants()
