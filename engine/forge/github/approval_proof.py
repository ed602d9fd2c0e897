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
    reviews = {review.id: review for review in api.reviews(proof.pull)}
    for recorded in proof.reviews:
        review = reviews.get(recorded.id)
        if review is None or (review.user, review.commit) != (
            recorded.user,
            recorded.commit,
        ):
            review_of = f"review {recorded.id} of {named}"
            yield f"GitHub has no {review_of} by account {recorded.user}"


def proof_of(
    source: EvidenceSource,
    proposal: Proposal,
    pull: PullRequest,
    evidence: ApprovalEvidence,
) -> ApprovalProof | None:
    """Put down what an approval rests on; None where git has not all of it."""
    repo, path = source.repo, source.repo.path(proposal.path)
    history = arrival(repo, source.tip, path)
    if history is None or history.onto is None or not pull.merge or pull.merged is None:
        return None
    blobs = (blob(repo, item, repo.path(LOGINS)) for item in (history.onto, source.tip))
    return ApprovalProof(
        head=pull.head,
        merge=pull.merge,
        blob=blob(repo, pull.merge, path).decode(),
        approvers=blob(repo, history.onto, repo.path("goodterms.yaml")).decode(),
        logins=next((item.decode() for item in blobs if item), None),
        merged_at=timestamp(pull.merged),
        pull=pull.number,
        merged_by=pull.merger.id or None,
        reviews=tuple(
            ApprovalReview(item.id, item.user, item.commit or pull.head, item.at)
            for item in counted(evidence)
        ),
    )
