#!/bin/sh
# run.sh BUILD: asks every operation of the API and holds the answers against its description.
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")"
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --silent
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
BEDESTEN_RECORD="$folder/record" "$build/test/test_api_contract" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
node --test check.test.mjs >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
node check.mjs "$folder/record"
