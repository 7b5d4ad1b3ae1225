#!/usr/bin/env python3
"""embed-openapi.py IN.yaml OUT.c: the API's description as JSON inside a C array."""
import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as source:
    text = json.dumps(yaml.safe_load(source), ensure_ascii=True, separators=(",", ":"))
with open(sys.argv[2], "w", encoding="ascii") as out:
    out.write('#include "main/house.h"\n\nconst char openapi_json[] = {\n')
    for start in range(0, len(text), 20):
        out.write("    " + ", ".join(str(ord(c)) for c in text[start:start + 20]) + ",\n")
    out.write("};\nconst size_t openapi_json_size = sizeof(openapi_json);\n")
