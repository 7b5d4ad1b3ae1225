#!/usr/bin/env python3
"""embed-panel.py FOLDER OUT.c: a built panel as C: each file's bytes are taken in by the assembler.

A file x.gz or x.br beside x is x in that encoding. Without FOLDER (empty) the bundle is empty.
"""
import os
import sys

folder, out_path = sys.argv[1], sys.argv[2]
encodings = {".gz": '"gzip"', ".br": '"br"'}
files = []
for place, _, names in os.walk(folder) if folder else ():
    for name in names:
        if name.startswith("."):
            continue
        full = os.path.join(place, name)
        path = "/" + os.path.relpath(full, folder)
        stem, ending = os.path.splitext(path)
        packed = ending in encodings and os.path.exists(folder + stem)
        files.append((stem if packed else path, encodings[ending] if packed else "NULL", full))
files.sort()
with open(out_path, "w", encoding="utf-8") as out:
    out.write('#include "main/house.h"\n\n')
    for i, (_, _, full) in enumerate(files):
        out.write(f'__asm__(".section .rodata\\n.balign 16\\npanel_{i}:\\n.incbin \\"{full}\\"\\n'
                  f'panel_{i}_end:\\n.byte 0\\n.previous");\n'
                  f"extern const unsigned char panel_{i}[], panel_{i}_end[];\n")
    out.write("\nconst struct static_file panel_files[] = {\n")
    for i, (path, encoding, full) in enumerate(files):
        out.write(f'    {{ "{path}", panel_{i}, {os.path.getsize(full)}, {encoding} }},\n')
    out.write(f"    {{ NULL, NULL, 0, NULL }},\n}};\nconst size_t panel_file_count = {len(files)};\n")
