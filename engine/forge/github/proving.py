"""Keep what proves an approval: names that git and GitHub give, and never give anew."""

from engine.forge.arrival import arrival
from engine.forge.github.gather import Desk
from engine.forge.github.values import Pull
from engine.forge.github.verdict import Evidence, counted
from engine.forge.names import blob
from engine.forge.proposal import Proposal
from engine.journal import Proof, Voice
from engine.load.logins import LOGINS


def proof_of(
    desk: Desk, proposal: Proposal, pull: Pull, seen: Evidence
) -> Proof | None:
    """Put down what an approval rests on; None where git has not all of it."""
    repo, path = desk.repo, desk.repo.path(proposal.path)
    came = arrival(repo, desk.tip, path)
    if came is None or came.onto is None or not pull.merge or pull.merged is None:
        return None
    known = (blob(repo, each, repo.path(LOGINS)) for each in (came.onto, desk.tip))
    return Proof(
        head=pull.head,
        merge=pull.merge,
        blob=blob(repo, pull.merge, path).decode(),
        approvers=blob(repo, came.onto, repo.path("goodterms.yaml")).decode(),
        logins=next((each.decode() for each in known if each), None),
        merged_at=pull.merged.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pull=pull.number,
        merged_by=pull.merger.id or None,
        reviews=tuple(
            Voice(each.id, each.user, each.commit or pull.head, each.at)
            for each in counted(seen)
        ),
    )
