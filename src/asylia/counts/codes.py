"""Codes of reasons, of advice and of assumptions, for programs: they need not read sentences.

Upholds: a code keeps its meaning; a sentence that is worded anew, or told in another language,
keeps its code.  What a reason names in its turn follows after a dot, as in
``stratum_refused.no_overlap``.
Refuses: a reason without a code (a test reads every one).
"""

from collections.abc import Mapping

from asylia.counts.words import Said

CODES: Mapping[str, str] = {
    # why there is no estimate
    "there are no overlapping lists of persons": "no_overlap",
    "there are fewer than %(lists)s lists of persons": "too_few_lists",
    "nobody stands in one list only, which chance would hardly bring about: those who were found "
    "once are missing from the table": "found_once_missing",
    "not all lists are connected by persons whom they share": "not_connected",
    "fewer than %(persons)s persons stand in more than one list": "too_few_shared",
    "fewer than %(lists)s lists of persons are left without those within another": (
        "too_few_lists_of_their_own"
    ),
    "fewer than %(least)s estimators with different assumptions are at hand": "too_few_models",
    "the models disagree: between %(low)s and %(high)s persons are possible, and more than "
    "%(times)s times apart says nothing": "models_too_far_apart",
    "nobody stands in exactly two lists": "nobody_in_two_lists",
    "the interval reaches more than %(times)s times the persons seen": "too_wide",
    "the probability does not fade before a million times the persons seen": "does_not_fade",
    "too many resampled tables have no estimate: the overlap hangs on single persons": (
        "resampling_fails"
    ),
    "the model that the data support best does not say how many are unseen": "not_identified",
    "the model that the data support best has no maximum likelihood estimate": "no_likelihood",
    "in stratum %(name)s %(why)s": "stratum_refused",
    "in %(many)s of %(all)s linkages the estimate is refused, mostly since %(why)s": (
        "linkages_refused"
    ),
    "what is known tells the lists apart: %(share)s %% of the persons seen have hardly a chance to "
    "be in both": "covariates_tell_lists_apart",
    # why the sampler is not believed
    "the sampler did not settle: %(why)s": "sampler_unsettled",
    "independent chains disagree about the number (R-hat %(rhat)s)": "rhat_of_number",
    "independent chains are in states of unlike likelihood (R-hat %(rhat)s)": "rhat_of_likelihood",
    "dispersed and annealed starts disagree (%(gap)s standard deviations)": "starts_disagree",
    "a state %(nats)s nats more likely was seen, and not all chains visit it": "state_not_visited",
    "independent chains must travel the ladder; one made only %(trips)s trips along it": (
        "too_few_trips"
    ),
    "the lists set no upper bound: with another usual prior the upper end is more than twice as "
    "high": "no_upper_bound",
    "the draws are worth only %(draws)s independent ones": "too_few_effective",
    # what would help
    "Another list, made by somebody who did not take names from the lists at hand, would help.": (
        "more_lists"
    ),
    "Details by which the same person can be recognised in two lists would help, or a list that "
    "reaches the places and groups of the others.": "more_overlap",
    "More persons whom several lists share would help, or fewer and larger lists: pool those that "
    "are alike.": "fewer_larger_lists",
    "A list that shares more persons with the others would help: so few are shared that no number "
    "is too high.": "more_shared",
    "Leave out what tells the lists apart, or make fewer kinds of it, so that both lists know "
    "persons of each kind.": "fewer_covariates",
    "The whole lists would help: with everybody whom they hold, not only those whom another list "
    "holds too.": "whole_lists",
    # what is assumed
    "persons are of a few kinds, and one of a kind is in each list by chance": "classes",
    "those in no list are of the same kinds as those who are": "same_classes_unseen",
    "before the data, each chance of being listed is as likely as any other, and N has the prior "
    "1/N": "even_chances",
    "the upper end rests on that as well: were small chances likelier, by Jeffreys' prior, it "
    "would be %(high)s": "upper_end_by_prior",
    "lists depend on each other as some decomposable graph says": "decomposable_graph",
    "before the data, each graph is as likely, and N has the prior 1/N": "even_priors",
    "lists depend on each other in twos or threes as a log-linear model says": "log_linear",
    "no term that binds all lists; the model of least BIC is the right one": "least_bic",
    "who is in none of the lists is at least as hard to find as others": "unseen_harder_to_find",
    "what makes a person easy to find does so in each list alike": "alike_in_each_list",
    "it is a lower bound, so there may be many more": "lower_bound",
    "how some lists depend on each other is the same within and without the last": (
        "no_highest_interaction"
    ),
    "persons of whom the same is known stand in either list independently": (
        "independent_given_covariates"
    ),
    "any two lists may be those two, each pair as likely as another": "pairs_as_likely",
    "pairs that bear no such estimate are left out: %(many)s of %(all)s": "pairs_left_out",
    "the smallest lists are taken as one: %(names)s": "lists_pooled",
    # linkage, and what is documented
    "there are over %(most)s records, and their partition would not settle in time": (
        "too_many_records"
    ),
    (
        "over %(most)s records are taken for one, and their partition would not settle in time"
    ): "too_many_alike",
    "chains over partitions do not agree on how many there are (R-hat %(rhat)s)": (
        "partitions_disagree"
    ),
    "too many judgements that persons are distinct stand against ones that they may be the same, "
    "so nobody can say how few they are": "too_many_judgements",
    "some of these numbers lie within others": "within_each_other",
    "persons who stand in more than one of these numbers: %(count)s": "persons_in_several",
    "persons in different numbers may be one person: nobody knows": "may_be_one_person",
    "one of these numbers can't be said": "number_refused",
}


def code(one: Said | None) -> str | None:
    """The code of a sentence, or None where there is none; with those of sentences within it."""
    if one is None:
        return None
    inner = (each.sentence for each in one.values.values() if isinstance(each, Said))
    return ".".join(CODES[each] for each in (one.sentence, *inner) if each)
