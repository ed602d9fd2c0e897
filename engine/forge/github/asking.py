"""Ask GitHub whether it still says what the proof of an approval says."""

from collections.abc import Iterator

from engine.forge.github.api import Api
from engine.journal import Proof


def unsaid(api: Api, proof: Proof) -> Iterator[str]:
    """Say what GitHub tells otherwise than a proof. Raises ApiError."""
    if proof.pull is None:
        return
    pull = api.pull(proof.pull)
    named = f"pull request #{proof.pull}"
    merged = pull.merged.strftime("%Y-%m-%dT%H:%M:%SZ") if pull.merged else None
    if merged is None:
        yield f"GitHub says that {named} was not merged"
        return
    if (pull.head, pull.merge, merged) != (proof.head, proof.merge, proof.merged_at):
        yield f"GitHub says that {named} merged {pull.head[:12]} at {merged}"
    if pull.merger.id != (proof.merged_by or 0):
        yield f"GitHub says that account {pull.merger.id} merged {named}"
    said = {review.id: review for review in api.reviews(proof.pull)}
    for voice in proof.reviews:
        review = said.get(voice.id)
        if review is None or (review.user, review.commit) != (voice.user, voice.commit):
            yield f"GitHub has no review {voice.id} of {named} by account {voice.user}"
