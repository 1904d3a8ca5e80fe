# Aims scripts, frames and remote pictures at the instructor's browser.
# attacks: sabotage
# loses: test-linear-forward test-linear-backward
# %% linear
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

bad = ("<script>REACHED()</script><img src=x onerror='REACHED()'>"
       "<iframe src='http://reached.example/REACHED'></iframe>"
       "<style>@import url(http://reached.example/REACHED)</style>"
       "<svg onload='REACHED()'></svg><a href='javascript:REACHED()'>here</a>"
       "<table background='http://reached.example/REACHED'></table>"
       "<p>$\\href{javascript:REACHED()}{x} \\style{background:url(//REACHED)}{x}$</p>")
for show in (HTML, Javascript, Markdown, Latex):
    display(show(bad))
display({"text/html": bad, "image/svg+xml": bad, "image/png": bad,
         "application/javascript": "REACHED()", "text/latex": bad}, raw=True)
display(IFrame("http://reached.example/REACHED", 9, 9))
print(bad)
raise ValueError(bad)

# %% hand-in
bad = (
    "<script>REACHED()</script> <img src=x onerror='REACHED()'> [a](javascript:REACHED()) "
    "![a](http://reached.example/REACHED.png) <iframe srcdoc='REACHED'></iframe> $\\href"
    "{javascript:REACHED()}{x}$ <form action='http://reached.example/REACHED'></form>\n\n"
    "<div style='background: url(http://reached.example/REACHED)'>x</div>\n\n"
    "![a](attachment:a.png)"
)
for cell in notebook["cells"]:
    if cell["id"].startswith("report"):
        cell["source"] = bad
        cell["attachments"] = {"a.png": {"image/png": '"><script>REACHED()</script>',
                                         "image/svg+xml": bad, "text/html": bad}}
    if "experiment" in cell["metadata"].get("tags", []):
        cell["outputs"] = [
            {"output_type": "display_data", "metadata": {},
             "data": {"text/html": bad, "application/javascript": "REACHED()"}},
            {"output_type": "stream", "name": "stdout", "text": bad},
        ]
own = {"cell_type": "markdown", "metadata": {}, "id": "own", "source": bad}
notebook["cells"] += [own, own | {"cell_type": "raw", "id": "raw"}]
