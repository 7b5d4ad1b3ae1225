#!/bin/sh
# fuzz.sh TARGET|all SECONDS: runs the fuzz targets over their corpora; with 0 seconds each corpus is
# only run once, which is what the tests do. A crash leaves its input in build/fuzz/findings/.
set -eu
target=$1 seconds=$2
[ -f build/fuzz/build.ninja ] ||
  CC=clang-14 meson setup build/fuzz -Dfuzz=true -Dtests=false -Dwerror=false -Dwarning_level=0 \
    -Db_sanitize=address,undefined -Db_lundef=false -Db_pie=false \
    -Dc_args="-fsanitize=fuzzer-no-link -Wno-everything" >/dev/null
targets=$(cd test/fuzz && ls fuzz_*.c | sed 's,^,test/fuzz/,; s,\.c$,,')
ninja -C build/fuzz $targets >build/fuzz/ninja.log 2>&1 || { grep -v '^\[' build/fuzz/ninja.log >&2; exit 1; }
mkdir -p build/fuzz/findings
for program in build/fuzz/test/fuzz/fuzz_*; do
  [ -x "$program" ] && [ -f "$program" ] || continue
  what=$(basename "$program" | sed 's/^fuzz_//')
  [ "$target" = all ] || [ "$target" = "$what" ] || continue
  corpus=test/fuzz/corpus/$what
  [ -d "$corpus" ] || { echo "fuzz target $what has no corpus in $corpus" >&2; exit 1; }
  if [ "$seconds" -eq 0 ]; then
    "$program" -runs=0 -artifact_prefix=build/fuzz/findings/ "$corpus" >build/fuzz/$what.log 2>&1 ||
      { tail -n 60 build/fuzz/$what.log >&2; exit 1; }
  else
    mkdir -p build/fuzz/found/$what
    "$program" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix=build/fuzz/findings/ \
      build/fuzz/found/$what "$corpus"
  fi
done
