"""The layout around a message: sender and, in a letter, addressee and date."""

from dataclasses import dataclass
from html import escape

from goodterms.render.placeholders import one_line
from goodterms.render.text import width, wrapped

_FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Arial,sans-serif"
_PAGE = f"margin:0;padding:0;background:#eef1f4;color:#1d2730;font-family:{_FONT}"
_CARD = (
    "width:100%;max-width:600px;background:#ffffff;border-radius:10px;"
    "overflow-wrap:anywhere"
)
_CONTENT = "padding:20px 32px 12px;font-size:16px;line-height:1.55"
_MUTED = "color:#56616b;font-size:13px;line-height:1.5"

#: What inline styles cannot say: small screens, dark rooms and paper.
_CSS = """
@media (max-width:480px){
.pad{padding-left:18px!important;padding-right:18px!important}
.cell{padding-left:3px!important;padding-right:3px!important;font-size:14px!important}
}
@media (prefers-color-scheme:dark){
.page{background:#12171b!important;color:#e4e9ed!important}
.card{background:#1b2228!important}
.muted{color:#9fabb5!important}
.rule{border-color:#3a454e!important}
.quiet{background:#232c33!important}
.link{color:#6cc7d6!important}
.button{background:#6cc7d6!important;color:#0c1a1e!important}
}
@page{margin:16mm 18mm}
@media print{
.page,.card{background:#ffffff!important}
.card{max-width:none!important}
.pad{padding:0 0 12px!important}
.body{font-size:13px!important;line-height:1.3!important}
.body p,.body ul,.body table{margin-top:0!important;margin-bottom:7px!important}
.body h1,.body h2{font-size:15px!important;margin:10px 0 5px!important}
.body li{margin-bottom:2px!important}
.cell{padding-top:2px!important;padding-bottom:2px!important;font-size:13px!important}
.button{background:none!important;color:inherit!important;padding:0!important}
.button::after{content:": " attr(href);font-weight:400}
}
"""


@dataclass(frozen=True, slots=True)
class MessageFrame:
    """What stands around a message, as plain data.

    ``to`` and ``date`` head a letter. ``title`` is the subject; it is shown
    where no mail program shows it. What we write for ourselves has no
    ``sender_lines``.
    """

    sender: str
    sender_lines: tuple[str, ...]
    title: str
    language: str
    direction: str = "ltr"
    shows_title: bool = False
    to: tuple[str, ...] = ()
    date: str = ""


def page(page_layout: MessageFrame, content: str) -> str:
    """Put HTML content into its page: one column that fits any screen."""
    foot = " · ".join(map(_safe, page_layout.sender_lines))
    title = _safe(page_layout.title)
    return f"""<!DOCTYPE html>
<html lang="{_safe(page_layout.language)}" dir="{page_layout.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>{title}</title>
<style>{_CSS}</style>
</head>
<body class="page" style="{_PAGE}">
<table role="presentation" class="page" width="100%" style="{_PAGE}">
<tr><td align="center" style="padding:24px 10px">
<table role="presentation" class="card" width="600" style="{_CARD}">
<tr><td class="pad" style="padding:26px 32px 0;font-weight:600;font-size:15px">
{_safe(page_layout.sender)}</td></tr>
<tr><td class="pad body" style="{_CONTENT}">
{_letterhead(page_layout)}{_title(page_layout, title)}{content}
</td></tr>
<tr><td class="pad muted rule" style="padding:14px 32px 24px;{_MUTED}">{foot}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""


def _title(page_layout: MessageFrame, title: str) -> str:
    style = "margin:0 0 20px;font-size:20px;line-height:1.3"
    return f'<h1 style="{style}">{title}</h1>\n' if page_layout.shows_title else ""


def _letterhead(page_layout: MessageFrame) -> str:
    if not page_layout.to:
        return ""
    to = "<br>\n".join(map(_safe, page_layout.to))
    return (
        f'<p style="margin:8px 0 28px">{to}</p>\n'
        f'<p class="muted" style="margin:0 0 20px;text-align:right">'
        f"{_safe(page_layout.date)}</p>\n"
    )


def framed_text(page_layout: MessageFrame, content: str) -> str:
    """Put plain text under its letterhead, and the sender below it."""
    sender = [
        one_line(line) for line in (page_layout.sender, *page_layout.sender_lines)
    ]
    head: list[str] = []
    if page_layout.to:
        head += [
            *sender,
            "",
            *map(one_line, page_layout.to),
            "",
            one_line(page_layout.date),
            "",
        ]
    if page_layout.shows_title:
        title = wrapped(one_line(page_layout.title))
        head += [*title, "=" * max(map(width, title)), ""]
    signed = not page_layout.to and page_layout.sender_lines
    foot = ["", "-- ", *sender] if signed else []
    return "\n".join([*head, content.rstrip("\n"), *foot]) + "\n"


def _safe(text: str) -> str:
    return escape(one_line(text))
