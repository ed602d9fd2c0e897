"""A plan as JSON, for other programs and for ``apply``: equal plans, equal bytes."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from goodterms.model.money import Money, by_currency
from goodterms.model.plan import (
    Action,
    Charge,
    ConcreteOffer,
    Deduction,
    ExcludedInvoice,
    InvoiceLine,
    OngoingConversation,
    Plan,
    TaskOption,
    UpcomingStep,
    WaitingInvoice,
)
from goodterms.model.problem import Problem

Json = dict[str, object]


def to_json(plan: Plan, templates: Mapping[str, str] | None = None) -> Json:
    """Return a plan in the form of schema ``plan``.

    ``digest`` covers all of it and the digests of the *templates* that it
    needs, so that a plan with the same digest does and says the same.
    """
    body: Json = {
        "as_of": plan.as_of.isoformat(),
        "actions": [action_json(action) for action in plan.actions],
        "waiting": [waiting_json(wait) for wait in plan.waiting],
        "problems": [problem_json(problem) for problem in plan.problems],
        "customers": dict(sorted(plan.customers.items())),
    }
    used = sorted({a.template for a in plan.actions if a.template})
    texts = {name: (templates or {}).get(name, "") for name in used}
    digest = hashlib.sha256(_canonical([body, texts]).encode()).hexdigest()
    return {"as_of": body.pop("as_of"), "digest": f"sha256:{digest}", **body}


def to_text(document: Json) -> str:
    """Write it as JSON that a person can read too."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def action_json(action: Action) -> Json:
    """Write an action; keys that say nothing about its kind are left out."""
    body: Json = {
        "id": action.id,
        "kind": action.kind,
        "account": action.account,
        "step": action.step,
        "policy": str(action.policy) if action.policy else None,
        "channel": action.channel,
        "tone": action.tone,
        "to": action.to,
        "totals": amounts_json(action.totals),
        "invoices": [_line(line) for line in action.invoices],
        "listed": [_line(line) for line in action.listed],
        "why": list(action.why),
    }
    return body | {key: value for key, value in _extras(action).items() if value}


def _extras(action: Action) -> Json:
    approval, way_out = action.approval, action.way_out
    return {
        "apart": [_apart(excluded) for excluded in action.apart],
        "running": _running(action.running) if action.running else None,
        "template": action.template,
        "owner": action.owner,
        "deductions": _deductions(action.deductions),
        "charges": [_charge(charge) for charge in action.charges],
        "offer": _offer(action.offer) if action.offer else None,
        "decision": action.decision,
        "choose": action.choose,
        "approval": {"by": approval.by, "count": approval.count} if approval else None,
        "expires": action.expires.isoformat() if action.expires else None,
        "facts": action.facts,
        "state": action.state,
        "partner": action.partner,
        "retry": action.retry,
        "since": action.since.isoformat() if action.since else None,
        "at_stake": amounts_json(action.at_stake),
        "settle": settle_json(way_out) if way_out else None,
    }


def amounts_json(amounts: Iterable[Money]) -> dict[str, str]:
    """Write amounts by currency, each with its currency's decimals."""
    return {amount.currency: str(amount) for amount in amounts}


def settle_json(way_out: TaskOption) -> Json:
    """Write what settles a task; keys that say nothing are left out."""
    ways = {
        "command": way_out.command,
        "form": way_out.form,
        "in_words": way_out.in_words,
    }
    return {key: value for key, value in ways.items() if value}


def _deductions(taken_off: Iterable[Deduction]) -> dict[str, str]:
    """Add up what was taken off, by currency."""
    return amounts_json(by_currency(deduction.amount for deduction in taken_off))


def _line(line: InvoiceLine) -> Json:
    return {
        "id": line.id,
        "currency": line.open.currency,
        "open": str(line.open),
        "days_overdue": line.days_overdue,
        "step": line.step,
    }


def _apart(excluded_invoice: ExcludedInvoice) -> Json:
    until = excluded_invoice.until.isoformat() if excluded_invoice.until else None
    return {
        **_line(excluded_invoice.line),
        "reason": excluded_invoice.reason,
        "until": until,
    }


def _running(ongoing_conversation: OngoingConversation) -> Json:
    return {
        "on": ongoing_conversation.on.isoformat(),
        "more": ongoing_conversation.more,
    }


def _charge(charge: Charge) -> Json:
    return {
        "invoice": charge.invoice,
        "currency": charge.interest.currency,
        "interest": str(charge.interest),
        "compensation": str(charge.compensation),
        "since": charge.since.isoformat(),
        "until": charge.until.isoformat(),
    }


def _offer(offer: ConcreteOffer) -> Json:
    body: Json = {
        "name": offer.name,
        "kind": offer.kind,
        "valid_until": offer.valid_until.isoformat(),
        "pay": amounts_json(offer.pay),
    }
    if offer.parts:
        body["parts"] = [
            {
                "due": due.isoformat(),
                "amount": str(amount),
                "currency": amount.currency,
            }
            for due, amount in offer.parts
        ]
    return body


def waiting_json(wait: WaitingInvoice) -> Json:
    """Write an invoice that waits."""
    return {
        "account": wait.account,
        "invoice": wait.invoice,
        "standing": wait.standing,
        "until": wait.until.isoformat() if wait.until else None,
        "next": _next(wait.next) if wait.next else None,
        "why": list(wait.why),
    }


def _next(following: UpcomingStep) -> Json:
    on = following.on
    return {"step": following.step, "on": on.isoformat() if on else None}


def problem_json(problem: Problem) -> Json:
    """Write a problem; line and column are null where they are not known."""
    return {
        "file": problem.place.file,
        "line": problem.place.line or None,
        "column": problem.place.column or None,
        "severity": problem.severity,
        "rule": problem.rule,
        "message": problem.message,
    }
