"""The ladders that are shipped keep what they promise."""

from goodterms.model.policy import TONES, Policy
from goodterms.model.policy_ref import PolicyRef
from tests.support.sample_messages import shipped, shipped_book


def policy(name: str) -> Policy:
    """Return a shipped policy in its first version."""
    return shipped_book()[0].policies[PolicyRef(name, 1)]


def test_nothing_is_wrong_with_them() -> None:
    book, problems = shipped_book()

    assert problems == ()
    assert set(book.policies) >= {PolicyRef("standard", 1), PolicyRef("key-account", 1)}


def test_every_template_they_name_is_shipped_in_both_languages() -> None:
    book, _ = shipped_book()
    texts = shipped()[0].texts
    ladders = book.policies.values()
    named = {step.template for each in ladders for step in each.ladder if step.template}
    named |= {each.paid.template for each in ladders if each.paid}
    named |= {f"offer-{o.kind}" for each in ladders for o in each.offers.values()}

    assert [
        (language, name)
        for name in sorted({*named, "placement", "instalment-reminder"})
        for language in ("en", "de")
        if (language, name) not in texts
    ] == []


def test_p08_each_step_is_as_firm_as_the_one_before_it_or_firmer() -> None:
    for each in shipped_book()[0].policies.values():
        ranks = [step.rank for step in each.ladder]

        assert ranks == sorted(ranks)


def test_every_step_can_be_reached_and_leaves_time() -> None:
    for each in shipped_book()[0].policies.values():
        offsets = [step.offset for step in each.ladder]
        asking = [s for s in each.ladder if s.offset > 0 and not s.choose]

        assert offsets == sorted(set(offsets))
        assert min(step.wait for step in asking) >= 5


def test_nothing_firm_happens_without_a_person() -> None:
    for each in shipped_book()[0].policies.values():
        for step in each.ladder:
            firm = step.tone == "final" or step.choose
            assert not firm or (step.approval and step.approval.count >= 1)


def test_the_standard_ladder() -> None:
    standard = policy("standard")

    assert standard.segments == ("standard", "new")
    assert [(step.name, step.offset) for step in standard.ladder] == [
        ("courtesy-note", -5),
        ("friendly-reminder", 7),
        ("personal-call", 21),
        ("payment-options", 30),
        ("formal-letter", 45),
        ("final-notice", 60),
        ("triage", 90),
    ]


def test_p31_a_key_account_is_called_before_it_is_written_to() -> None:
    ladder = [step for step in policy("key-account").ladder if step.offset > 0]
    firmest = max(TONES.index(step.tone) for step in ladder if step.tone)

    assert ladder[0].channel == "phone"
    assert TONES[firmest] == "formal"
    assert all(step.approval for step in ladder if step.tone == TONES[firmest])


def test_p31_a_key_account_is_given_longer() -> None:
    standard = {step.name: step for step in policy("standard").ladder}

    for step in policy("key-account").ladder:
        usual = standard.get(step.name)
        if usual and step.offset > 0 and step.channel != "phone":
            assert step.offset > usual.offset
            assert step.wait >= usual.wait


def test_p03_everybody_has_a_grace_of_a_week() -> None:
    for each in shipped_book()[0].policies.values():
        assert min(step.offset for step in each.ladder if step.offset > 0) >= 7
