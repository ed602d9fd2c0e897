"""Which merged pull requests count as approved: every rule by itself, and at random."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.forge.github.approval_check import (
    ApprovalEvidence,
    DecisionTexts,
    Review,
    judge,
)
from goodterms.model.policy import Approval

HEAD, OLD = "a" * 40, "b" * 40
FACTS = "sha256:aa"
FILE = b"id: x\nchoose: agency\nfacts: sha256:aa\n"
EDITED = FILE.replace(b"agency", b"ride-out")
TEAM = {"dana-lindqvist": "dana", "ohaddad": "omar"}
DANA, OMAR, BOT = "dana-lindqvist", "ohaddad", "github-actions[bot]"

GOOD = ApprovalEvidence(
    texts=DecisionTexts(proposed=FILE, reviewed=FILE, merged=FILE, current=FILE),
    by_merge=True,
    approval=Approval("leads", 1, 14),
    expires=date(2026, 12, 14),
    facts=FACTS,
    choices=("agency", "ride-out"),
    team=TEAM,
    merged_on=date(2026, 12, 14),
    merged_by=DANA,
    author=BOT,
    head=HEAD,
)
TWO = replace(GOOD, approval=Approval("leads", 2, 14))


def with_text(text: bytes | None, **more: bytes | None) -> DecisionTexts:
    """Return a file that was reviewed and merged, and stands on main, like this."""
    return replace(
        DecisionTexts(proposed=FILE, reviewed=text, merged=text, current=text), **more
    )


def said(login: str, state: str = "APPROVED", commit: str = HEAD) -> Review:
    return Review(login, state, commit)


def edited(by: str, **changes: object) -> ApprovalEvidence:
    """Return a decision whose choice somebody changed."""
    base = replace(GOOD, texts=with_text(EDITED), editors=frozenset([by]))
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "by", "choose"),
    [
        pytest.param(GOOD, ("dana",), "agency", id="one of the team merges"),
        pytest.param(
            replace(GOOD, merged_by="Dana-Lindqvist"),
            ("dana",),
            "agency",
            id="logins have no case",
        ),
        pytest.param(
            replace(GOOD, reviews=(said("stranger"),)),
            ("dana",),
            "agency",
            id="a stranger's yes neither counts nor harms",
        ),
        pytest.param(
            replace(GOOD, reviews=(said("stranger", "CHANGES_REQUESTED"),)),
            ("dana",),
            "agency",
            id="nor does a stranger's no",
        ),
        pytest.param(
            replace(GOOD, reviews=(said(DANA, "CHANGES_REQUESTED", OLD),)),
            ("dana",),
            "agency",
            id="who merges has changed their mind",
        ),
        pytest.param(
            replace(GOOD, reviews=(said(OMAR, "CHANGES_REQUESTED"), said(OMAR))),
            ("dana", "omar"),
            "agency",
            id="the latest word counts",
        ),
        pytest.param(
            replace(
                GOOD,
                reviews=(said(OMAR, "CHANGES_REQUESTED"), said(OMAR, "DISMISSED")),
            ),
            ("dana",),
            "agency",
            id="a no that was taken back",
        ),
        pytest.param(
            replace(TWO, reviews=(said(OMAR), said(OMAR, "COMMENTED"))),
            ("dana", "omar"),
            "agency",
            id="two: one merges and one approves; a comment takes nothing back",
        ),
        pytest.param(edited(OMAR), ("dana",), "ride-out", id="a colleague's edit"),
        pytest.param(
            edited("visitor", reviews=(said(DANA),)),
            ("dana",),
            "ride-out",
            id="another one's edit, and who merges it has reviewed it",
        ),
        pytest.param(
            edited("visitor", reviews=(said(OMAR), said(DANA, commit=OLD))),
            ("dana", "omar"),
            "ride-out",
            id="another one's edit, and a colleague has reviewed it",
        ),
        pytest.param(
            edited(DANA, reviews=(said(OMAR),)),
            ("dana", "omar"),
            "ride-out",
            id="one's own edit, and a second person",
        ),
        pytest.param(
            edited("", reviews=(said(OMAR),)),
            ("dana", "omar"),
            "ride-out",
            id="an unknown edit, and two people",
        ),
    ],
)
def test_what_is_approved(
    seen: ApprovalEvidence, by: tuple[str, ...], choose: str
) -> None:
    verdict = judge(seen)
    assert (verdict.by, verdict.choose, verdict.why) == (by, choose, ())


REFUSED: Mapping[str, tuple[ApprovalEvidence, str]] = {
    "a direct push": (
        replace(GOOD, by_merge=False),
        "it did not come to main by the merge of its pull request, and only so",
    ),
    "other files came along": (
        replace(GOOD, others=("goodterms.yaml", "a", "b", "c")),
        "its pull request changed more than the decision: goodterms.yaml, a, b …",
    ),
    "another policy by now": (
        replace(GOOD, same_policy=False),
        "its policy is not what it was when it was merged",
    ),
    "the merge changed it": (
        replace(GOOD, texts=with_text(FILE, reviewed=EDITED)),
        "what was merged is not what was reviewed",
    ),
    "the head cannot be read": (
        replace(GOOD, texts=with_text(FILE, reviewed=None)),
        "what was merged is not what was reviewed",
    ),
    "changed on main": (
        replace(GOOD, texts=with_text(FILE, current=EDITED)),
        "it was changed after it came to main",
    ),
    "merged without the file": (
        replace(GOOD, texts=with_text(None, current=None)),
        "what was merged is not what was reviewed",
    ),
    "no record of the proposal": (
        replace(GOOD, texts=with_text(FILE, proposed=None)),
        "the journal does not say what was proposed",
    ),
    "no facts": (
        replace(GOOD, facts=None),
        "the journal does not say what was proposed",
    ),
    "another amount": (
        replace(GOOD, texts=with_text(FILE.replace(b"id: x", b"id: y"))),
        "it says other things than were proposed",
    ),
    "two choices": (
        replace(GOOD, texts=with_text(FILE + b"choose: ride-out\n")),
        "it says other things than were proposed",
    ),
    "other facts": (
        replace(GOOD, facts="sha256:bb"),
        "its facts are not those of the journal",
    ),
    "no option": (
        replace(GOOD, texts=with_text(FILE.replace(b"agency", b"sue"))),
        "it chooses 'sue', and the step offers agency, ride-out",
    ),
    "late": (
        replace(GOOD, merged_on=date(2026, 12, 15)),
        "it was merged on 2026-12-15, and expired on 2026-12-14",
    ),
    "no date": (replace(GOOD, merged_on=None), "nobody knows when it was merged"),
    "no approval in the policy": (
        replace(GOOD, approval=None),
        "its policy has no such step, or it needs no approval",
    ),
    "merged by nobody": (
        replace(GOOD, merged_by=None, reviews=(said(DANA),)),
        "nobody knows who merged it",
    ),
    "merged by its author": (
        replace(GOOD, author="Dana-Lindqvist", reviews=(said(OMAR),)),
        "'dana-lindqvist' merged what they had opened themselves",
    ),
    "merged by somebody else": (
        replace(GOOD, merged_by="stranger", reviews=(said(DANA), said(OMAR))),
        "it was merged by 'stranger', who is not in leads",
    ),
    "merged by a bot": (
        replace(GOOD, merged_by="merge-queue[bot]", reviews=(said(DANA),)),
        "it was merged by 'merge-queue[bot]', who is not in leads",
    ),
    "a colleague said no": (
        replace(GOOD, reviews=(said("OHaddad", "CHANGES_REQUESTED", OLD),)),
        "'OHaddad' asked for changes",
    ),
    "one where two are needed": (TWO, "1 of 2 members of leads approved it as it was"),
    "one person, by merge and review": (
        replace(TWO, reviews=(said(DANA),)),
        "1 of 2 members of leads approved it as it was merged",
    ),
    "a stale yes": (
        replace(TWO, reviews=(said(OMAR, commit=OLD),)),
        (
            "1 of 2 members of leads approved it as it was merged; the approval of"
            " 'ohaddad' is of an earlier commit"
        ),
    ),
    "a yes taken back": (
        replace(TWO, reviews=(said(OMAR), said(OMAR, "DISMISSED"))),
        "1 of 2 members of leads approved it as it was merged",
    ),
    "the author's yes": (
        replace(TWO, author=OMAR, reviews=(said(OMAR),)),
        "1 of 2 members of leads approved it as it was merged",
    ),
    "left the list": (
        replace(TWO, team={DANA: "dana"}, reviews=(said(OMAR),)),
        "1 of 2 members of leads approved it as it was merged",
    ),
    "no list": (
        replace(GOOD, team={}),
        "it was merged by 'dana-lindqvist', who is not in leads",
    ),
    "nobody needed": (
        replace(GOOD, approval=Approval("leads", 0, 14)),
        "1 of 0 members of leads approved it as it was merged",
    ),
    "two keys of one login": (
        replace(TWO, team={DANA: "dana"}),
        "1 of 2 members of leads approved it as it was merged",
    ),
    "one's own edit": (
        edited("Dana-Lindqvist"),
        "dana alone approved it, and may have changed the choice",
    ),
    "another one's edit, maybe after the merge was ordered": (
        edited("visitor"),
        "its choice was changed by 'visitor', who is not in leads, maybe after",
    ),
    "another one's edit after the review": (
        edited("visitor", reviews=(said(DANA, commit=OLD), said(OMAR, commit=OLD))),
        "its choice was changed by 'visitor', who is not in leads, maybe after",
    ),
    "another one's edit, reviewed by somebody else": (
        edited("visitor", reviews=(said("stranger"),)),
        "its choice was changed by 'visitor', who is not in leads, maybe after",
    ),
    "an edit under a login that changed hands": (
        edited("", reviews=(said(OMAR, commit=OLD),)),
        "its choice was changed by somebody whom GitHub does not vouch for",
    ),
    "an edit of nobody knows whom": (
        edited(""),
        "dana alone approved it, and may have changed the choice",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    seen, why = REFUSED[name]
    verdict = judge(seen)
    assert verdict.by == ()
    assert any(reason.startswith(why) for reason in verdict.why), verdict.why


def test_all_reasons_are_told_at_once() -> None:
    seen = replace(
        TWO, by_merge=False, merged_on=date(2026, 12, 20), merged_by="stranger"
    )
    assert len(judge(seen).why) == 4


PEOPLE = st.sampled_from([DANA, OMAR, "stranger", BOT, ""])
REVIEWS = st.builds(
    Review,
    PEOPLE,
    st.sampled_from(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"]),
    st.sampled_from([HEAD, OLD, None]),
)


def mostly(usual: object, *others: object) -> st.SearchStrategy[object]:
    """Draw the usual value as a rule: so that some evidence is good all through."""
    return st.sampled_from([usual] * 4 * len(others) + list(others))


EVIDENCE = st.builds(
    ApprovalEvidence,
    texts=mostly(GOOD.texts, with_text(EDITED), with_text(None)),
    by_merge=mostly(True, False),  # noqa: FBT003 - values to draw from
    approval=st.sampled_from([GOOD.approval, TWO.approval]),
    expires=st.just(GOOD.expires),
    facts=st.just(FACTS),
    choices=st.just(GOOD.choices),
    team=mostly(TEAM, {DANA: "dana"}, {}),
    merged_on=mostly(date(2026, 12, 1), date(2026, 12, 15), None),
    merged_by=mostly(DANA, OMAR, "stranger", None),
    author=mostly(BOT, DANA, OMAR),
    head=st.just(HEAD),
    others=mostly((), ("goodterms.yaml",)),
    reviews=st.lists(REVIEWS, max_size=5).map(tuple),
    editors=st.frozensets(PEOPLE, max_size=2),
)


@given(EVIDENCE)
def test_nothing_is_approved_that_the_team_did_not_decide(
    seen: ApprovalEvidence,
) -> None:
    verdict = judge(seen)
    if verdict.why:
        assert verdict.by == ()
        return
    assert seen.approval
    assert seen.merged_by
    assert len(verdict.by) >= seen.approval.count >= 1
    assert set(verdict.by) <= set(seen.team.values())
    assert seen.team[seen.merged_by] in verdict.by
    assert seen.merged_by != seen.author
    assert seen.merged_on
    assert seen.merged_on <= seen.expires
    assert seen.texts.merged == seen.texts.reviewed == seen.texts.current
    assert (seen.by_merge, seen.others) == (True, ())
    editors = {seen.team[login] for login in seen.editors if login in seen.team}
    assert set(verdict.by) - editors
    assert len(verdict.by) > 1 or "" not in seen.editors
    at_head = {r.login for r in seen.reviews if r.commit == HEAD}
    assert seen.editors <= seen.team.keys() or at_head & seen.team.keys()


@given(EVIDENCE, st.permutations(range(5)))
def test_the_order_of_people_changes_nothing(
    seen: ApprovalEvidence, order: list[int]
) -> None:
    """Reviews of different people may come in any order."""
    first = {review.login: review for review in seen.reviews}
    reviews = tuple(first.values())
    picked = tuple(reviews[at] for at in order if at < len(reviews))
    assert judge(replace(seen, reviews=picked)) == judge(replace(seen, reviews=reviews))
