#!/bin/sh
# tidy.sh BUILD: clang-tidy over every file of src/, two at a time. A file that was clean and has not
# changed since (nor any header) is not looked at again.
set -eu
build=$1
mkdir -p "$build/tidy"
# The GCC flags that clang does not know are left out of what it is told.
sed -E 's/-fstack-clash-protection//g; s/-fcf-protection//g; s/-fsanitize=[a-z,]+//g' \
  "$build/compile_commands.json" >"$build/tidy/compile_commands.json"
newest=$(ls -t $(git ls-files 'src/*.h' .clang-tidy) | head -n 1)
git ls-files 'src/*.c' | while read -r file; do
  mark="$build/tidy/$(echo "$file" | tr / _).ok"
  [ "$mark" -nt "$file" ] && [ "$mark" -nt "$newest" ] || echo "$file"
done | xargs -r -n 1 -P "$(nproc)" sh -c '
  mark="$0/tidy/$(echo "$1" | tr / _).ok"
  out=$(clang-tidy-14 --quiet -p "$0/tidy" "$1" 2>/dev/null) && touch "$mark" || { echo "$out"; exit 255; }
' "$build"
