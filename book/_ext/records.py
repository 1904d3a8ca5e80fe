"""Sphinx extension: fresh pages, one page for print, buttons that open a notebook."""

from html import escape
from pathlib import Path
from typing import Any


def _outdated(app: Any, env: Any, *_: object) -> list[str]:
    """Build the pages anew whose cells read what has changed."""
    root = Path(app.srcdir)
    read_by_cells = [
        root / "book/chapter.py",
        *root.glob("book/results/*.json"),
        *root.glob("notebooks/*/*"),
    ]
    newest = max(file.stat().st_mtime for file in read_by_cells)
    # Sphinx keeps the time at which it read a page in microseconds.
    return [
        page
        for page, time in env.all_docs.items()
        if page.startswith("book/")
        and time < newest * 1e6
        and "{code-cell}" in Path(env.doc2path(page)).read_text(encoding="utf-8")
    ]


def _launch(app: Any, page: str, _: str, context: dict[str, Any], *__: object) -> None:
    """Add buttons to a notebook's page; none while the repository has no address."""
    address = app.config.html_theme_options.get("repository_url") or ""
    branch = app.config.html_theme_options.get("repository_branch") or "main"
    if not page.startswith("notebooks/") or "github.com/" not in address:
        return
    name = address.partition("github.com/")[2].strip("/").removesuffix(".git")
    pages = {
        "Colab": "https://colab.research.google.com/github/"
        f"{name}/blob/{branch}/{page}.ipynb",
        "Binder": f"https://mybinder.org/v2/gh/{name}/{branch}"
        f"?urlpath=lab/tree/{page}.ipynb",
    }
    buttons = [
        {
            "type": "link",
            "text": place,
            "tooltip": f"Open on {place}",
            "icon": "fas fa-rocket",
            "url": url,
        }
        for place, url in pages.items()
    ]
    context["header_buttons"].append(
        {
            "type": "group",
            "tooltip": "Open this notebook elsewhere",
            "icon": "fas fa-rocket",
            "buttons": buttons,
            "label": "launch-buttons",
        }
    )
    context["body"] = (
        '<div class="admonition note"><p class="admonition-title">On Colab</p><p>First '
        "run, in a cell of its own, "
        f"<code>%pip install git+{escape(address)}</code>, then restart the "
        "session.</p></div>" + context["body"]
    )


def _one_page(app: Any) -> None:
    """Load MathJax on the one long page too, whose first chapter has no formula."""
    if app.builder.name == "singlehtml":
        app.set_html_assets_policy("always")


def setup(app: Any) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("builder-inited", _one_page)
    app.connect("env-get-outdated", _outdated)
    # After the theme has made its own buttons.
    app.connect("html-page-context", _launch, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
