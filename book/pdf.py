"""The whole book as one PDF, through a browser's print."""

import re
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from pypdf import PdfReader

HERE = Path(__file__).parent

_PREPARE = """
() => {
  const article = document.querySelector("article.bd-article");
  document.body.replaceChildren(article);
  document.documentElement.dataset.theme = "light";
  document.documentElement.dataset.mode = "light";
  document.querySelectorAll("details, .toggle-hidden").forEach((part) => {
    part.open = true;
    part.classList.remove("toggle-hidden");
  });
  article.querySelectorAll(".headerlink, figure.pick label, figure output")
    .forEach((part) => part.remove());
  article.querySelectorAll(".faint").forEach((part) => part.classList.remove("faint"));
}
"""
_CONTENTS = """
([title, pages]) => {
  const article = document.querySelector("article.bd-article");
  const contents = document.createElement("nav");
  contents.id = "print-contents";
  const head = document.createElement("div");
  head.id = "print-title";
  head.textContent = title;
  contents.append(head);
  const seen = {};
  for (const heading of article.querySelectorAll("h1, h2")) {
    const target = heading.closest("section, span[id], div[id]");
    const text = heading.textContent.trim();
    seen[text] = (seen[text] ?? -1) + 1;
    const line = document.createElement("a");
    line.className = heading.tagName.toLowerCase();
    line.href = `#${target.id}`;
    const number = document.createElement("span");
    number.textContent = pages[text]?.[seen[text]] ?? "";
    line.append(text, number);
    contents.append(line);
  }
  document.getElementById("print-contents")?.remove();
  article.before(contents);
}
"""


def print_book(site: Path, target: Path) -> None:
    """Print a book that was built as one page.

    Parameters
    ----------
    site : Path
        What the ``singlehtml`` builder made.
    target : Path
        The PDF. Its contents have page numbers, as has every page.

    Raises
    ------
    SystemExit
        If there is no browser.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("make book-pdf needs a browser: apt install chromium")
    page_file = next(iter(site.glob("book/*.html")))
    with served(site) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        page = browser.new_page(color_scheme="light")
        page.goto(f"{origin}/{page_file.relative_to(site)}")
        page.wait_for_load_state("networkidle")
        page.evaluate("() => MathJax.startup.promise")
        title = page.title().split(" — ")[-1]
        page.evaluate(_PREPARE)
        page.add_style_tag(path=HERE / "_static" / "print.css")
        # The contents are as long without the numbers as with them, so that what the
        # first print says about pages holds for the second.
        page.evaluate(_CONTENTS, [title, {}])
        _print(page, target)
        page.evaluate(_CONTENTS, [title, _pages(target)])
        _print(page, target)
        browser.close()


def _print(page: Any, target: Path) -> None:
    page.pdf(
        path=target,
        format="A4",
        margin={"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"},
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=(
            '<div style="font-size: 9px; width: 100%; text-align: center">'
            '<span class="pageNumber"></span></div>'
        ),
        outline=True,
        tagged=True,
    )


def _pages(pdf: Path) -> dict[str, list[int]]:
    """Page numbers of each heading's text, in order, from the PDF's outline."""
    reader = PdfReader(pdf)
    found: dict[str, list[int]] = {}

    def walk(entries: Any) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            else:
                text = re.sub(r"\s+", " ", entry.title).strip()
                number = reader.get_destination_page_number(entry)
                found.setdefault(text, []).append((number or 0) + 1)

    walk(reader.outline)
    return found


class served:
    """Serve a folder on this machine."""

    def __init__(self, folder: Path) -> None:
        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

        handler = partial(Quiet, directory=str(folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
