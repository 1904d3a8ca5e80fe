"""Sphinx extension: what the book needs of Sphinx and the theme does not give."""

from html import escape
from pathlib import Path
from typing import Any


def _outdated(app: Any, env: Any, *_: object) -> list[str]:
    """Build the pages anew whose cells may read what has changed."""
    root = Path(app.srcdir)
    files = [*root.glob("book/results/*.json"), *root.glob("notebooks/*/*")]
    pages = []
    for page, read in env.all_docs.items():
        if not page.startswith("book/"):
            continue
        text = Path(env.doc2path(page)).read_text(encoding="utf-8")
        if "{code-cell}" in text:
            of_page = [file for file in files if _mentions(text, file)]
            newest = max(
                file.stat().st_mtime for file in (root / "book/chapter.py", *of_page)
            )
            # Sphinx keeps the time at which it read a page in microseconds.
            if read < newest * 1e6:
                pages.append(page)
    return pages


def _mentions(text: str, file: Path) -> bool:
    """Whether a page reads all records, or names this one, or the lab that it is of."""
    labs = [part for part in file.stem.split("_") if part.startswith("lab")]
    return ".glob(" in text or any(word in text for word in labs or [f'"{file.stem}"'])


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


def _roles(app: Any, page: str, _: str, context: dict[str, Any], *__: object) -> None:
    """Make the entries of a bibliography, which is a list, items of a list."""
    if "body" in context:
        old, new = 'role="doc-biblioentry"', 'role="listitem"'
        context["body"] = context["body"].replace(old, new)


def _one_page(app: Any) -> None:
    """Load MathJax on the one long page too, whose first chapter has no formula."""
    if app.builder.name == "singlehtml":
        app.set_html_assets_policy("always")


def setup(app: Any) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("builder-inited", _one_page)
    app.connect("env-get-outdated", _outdated)
    app.connect("html-page-context", _roles)
    # After the theme has made its own buttons.
    app.connect("html-page-context", _launch, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
