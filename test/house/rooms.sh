#!/bin/sh
# rooms.sh BUILD: proves that a room compiles against the rooms of its row and no others. For each
# room and each other room, a file that includes one of the other's headers is compiled with the
# room's own flags: it must compile exactly when the room may see it.
set -eu
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
wrong=0 checked=0

# What style.md's table says, written once more on purpose: the build must agree with it.
may_see() {
  case $1 in
  base) echo ;;
  db | net | domain) echo base ;;
  queue) echo base db ;;
  repo) echo base db domain ;;
  service) echo base db domain repo queue ;;
  connector) echo base net domain ;;
  work) echo base domain repo service connector queue net ;;
  api) echo base domain repo service queue net connector ;;
  sandbox) echo base net ;;
  main) echo base db net domain queue repo service connector work api sandbox ;;
  esac
}

for room in base db net domain queue repo service connector work api sandbox main; do
  for other in base db net domain queue repo service connector work api sandbox; do
    [ "$room" != "$other" ] || continue
    # A header that itself includes nothing beyond the other room's row: any will do to be refused.
    header=$(cd "$root/src/$other" && ls ./*.h | sed 's,^\./,,' | head -n 1)
    echo "#include \"$other/$header\"" >"$dir/x.c"
    expected=refused
    for seen in $(may_see $room); do [ "$seen" != "$other" ] || expected=compiles; done
    found=refused
    if gcc -std=gnu17 -D_GNU_SOURCE -I"$build/sees/$room" -fsyntax-only "$dir/x.c" 2>"$dir/why"; then found=compiles; fi
    checked=$((checked + 1))
    if [ $found != $expected ]; then
      echo "room $room and $other/$header: $found, but the table says $expected"
      cat "$dir/why"
      wrong=$((wrong + 1))
    fi
  done
  if grep -E -o -- "-I[^ ]*/src( |\")" "$build/compile_commands.json" | grep -q . &&
     grep -E "\"command\".*src/lib$room\.a\.p" "$build/compile_commands.json" | grep -qE -- "-I[^ ]*/src( |\")"; then
    echo "room $room is compiled with -Isrc"
    wrong=$((wrong + 1))
  fi
done
[ $wrong -eq 0 ] || exit 1
echo "$checked pairs of rooms stand as the table says"
