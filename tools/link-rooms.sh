#!/bin/sh
# link-rooms.sh FOLDER SRC ROOM...: makes FOLDER hold links to SRC/ROOM of these rooms only.
set -eu
folder=$1 src=$2
shift 2
rm -rf "$folder"
mkdir -p "$folder"
for room in "$@"; do ln -s "$src/$room" "$folder/$room"; done
