"""The whole book as one PDF, through a browser's print."""

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
  const main = document.createElement("main");
  main.className = "bd-content";
  main.append(article);
  document.body.replaceChildren(main);
  document.documentElement.dataset.theme = "light";
  document.documentElement.dataset.mode = "light";
  document.querySelectorAll("details, .toggle-hidden").forEach((part) => {
    part.open = true;
    part.classList.remove("toggle-hidden");
  });
  article.querySelectorAll(".headerlink, figure.pick label, figure output")
    .forEach((part) => part.remove());
  article.querySelectorAll(".faint").forEach((part) => part.classList.remove("faint"));
  const chapters = [...article.querySelectorAll("[id^=document-] + section")];
  for (const chapter of [article.querySelector("section"), ...chapters]) {
    chapter.classList.add("print-chapter");
    // A notebook has the title of its lab's chapter.
    if (chapter.previousElementSibling?.id.startsWith("document-notebooks/")) {
      chapter.firstElementChild.append(": the notebook");
    }
  }
}
"""
"""Leave the article alone on the page, with all that can be unfolded."""
_CONTENTS = """
([title, pages]) => {
  const contents = document.createElement("nav");
  contents.id = "print-contents";
  const head = document.createElement("div");
  head.id = "print-title";
  head.textContent = title;
  contents.append(head);
  const headings = "article section > :is(h1, h2, h3, h4, h5, h6)";
  for (const [n, heading] of document.querySelectorAll(headings).entries()) {
    const section = heading.parentElement;
    const chapter = section.matches(".print-chapter");
    if (!chapter && !section.parentElement.matches(".print-chapter")) continue;
    const line = document.createElement("a");
    line.className = chapter ? "print-chapter-line" : "print-section-line";
    // Sections of two chapters may have one id; these are the print's own.
    heading.id = `heading-${n}`;
    line.href = `#${heading.id}`;
    const number = document.createElement("span");
    number.textContent = pages[heading.id] ?? "0";
    line.append(heading.textContent, number);
    contents.append(line);
  }
  document.getElementById("print-contents")?.remove();
  document.querySelector("article").before(contents);
}
"""
"""Make the title page and the contents; page numbers are 0 where not known yet."""


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
    # Its links to scripts and pictures are those of a page at the root.
    (built,) = site.glob("book/*.html")
    shutil.copy(built, site / "print.html")
    with served(site) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        page = browser.new_page(color_scheme="light")
        page.goto(f"{origin}/print.html")
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


def _pages(pdf: Path) -> dict[str, int]:
    """Page numbers of the elements that links lead to, by id."""
    reader = PdfReader(pdf)
    return {
        name.lstrip("/"): (reader.get_destination_page_number(place) or 0) + 1
        for name, place in reader.named_destinations.items()
    }


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
