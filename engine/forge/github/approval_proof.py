"""Keep what proves an approval: names that git and GitHub give, and never give anew."""

from collections.abc import Iterator

from goodterms.forge.file_history import arrival
from goodterms.forge.github.api import Api
from goodterms.forge.github.approval_check import ApprovalEvidence, counted
from goodterms.forge.github.evidence import EvidenceSource
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.local.names import blob
from goodterms.forge.protocol import Proposal
from goodterms.model.journal import ApprovalProof, ApprovalReview
from goodterms.model.paths import LOGINS
from goodterms.model.timestamps import timestamp


def unsaid(api: Api, proof: ApprovalProof) -> Iterator[str]:
    """Say what GitHub tells otherwise than a proof. Raises ApiError."""
    if proof.pull is None:
        return
    pull = api.pull(proof.pull)
    named = f"pull request #{proof.pull}"
    merged = timestamp(pull.merged) if pull.merged else None
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


def proof_of(
    desk: EvidenceSource, proposal: Proposal, pull: PullRequest, seen: ApprovalEvidence
) -> ApprovalProof | None:
    """Put down what an approval rests on; None where git has not all of it."""
    repo, path = desk.repo, desk.repo.path(proposal.path)
    came = arrival(repo, desk.tip, path)
    if came is None or came.onto is None or not pull.merge or pull.merged is None:
        return None
    known = (blob(repo, each, repo.path(LOGINS)) for each in (came.onto, desk.tip))
    return ApprovalProof(
        head=pull.head,
        merge=pull.merge,
        blob=blob(repo, pull.merge, path).decode(),
        approvers=blob(repo, came.onto, repo.path("goodterms.yaml")).decode(),
        logins=next((each.decode() for each in known if each), None),
        merged_at=timestamp(pull.merged),
        pull=pull.number,
        merged_by=pull.merger.id or None,
        reviews=tuple(
            ApprovalReview(each.id, each.user, each.commit or pull.head, each.at)
            for each in counted(seen)
        ),
    )
