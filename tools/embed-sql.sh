#!/bin/sh
# embed-sql.sh TABLE FILE...: writes C on stdout: the migrations NNNN_name.<database>.sql as a table.
#
# A step ends with a line that ends in ';'. Lines that are empty or hold only a comment are left out.
# The numbers are 1, 2, 3 ... in the order given; anything else stops the build.
set -eu
table=$1
shift
echo '#include "db/migrate.h"'
rows='' expected=1
for file in "$@"; do
    base=${file##*/}
    digits=${base%%_*}
    name=${base#*_}
    name=${name%%.*}
    if [ "$digits" != "$(printf %04d "$expected")" ]; then
        echo "embed-sql.sh: $base should have the number $(printf %04d "$expected")" >&2
        exit 1
    fi
    kept=$(sed -e '/^[[:space:]]*\(--.*\)\{0,1\}$/d' "$file")
    case $(printf '%s' "$kept" | tail -n 1) in
    *\;) ;;
    *)
        echo "embed-sql.sh: the last step of $base does not end with a line ending in ';'" >&2
        exit 1
        ;;
    esac
    echo "static const char *const steps_$digits[] = {"
    printf '%s\n' "$kept" |
        sed -e 's/[[:space:]]*$//' -e 's/\\/\\\\/g; s/"/\\"/g' -e 's/^.*$/    "&\\n"/' -e 's/;\\n"$/;",/'
    echo '    0,'
    echo '};'
    rows="$rows    { $expected, \"$name\", steps_$digits },
"
    expected=$((expected + 1))
done
printf 'const struct db_migration %s[] = {\n%s    { 0 },\n};\n' "$table" "$rows"
