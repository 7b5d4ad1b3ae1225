/* Percent-encoding, base64 and folding: what is encoded decodes to the same; folding is final. */
#include <stdlib.h>

#include "base/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    str text = { (const char *)data, size }, out, back;
    if (str_url_decode(a, text, size & 1, &out)) {
        must(str_url_decode(a, str_url_encode(a, out), size & 1, &back));
        must(str_eq(out, back));
    }
    if (str_base64_decode(a, text, &out)) {
        must(str_base64_decode(a, str_base64url(a, out), &back));
        must(str_eq(out, back));
    }
    must(str_base64_decode(a, str_base64(a, text), &back));
    must(str_eq(text, back));
    str folded = fold_text(a, text), key = fold_sort_key(a, text);
    must(str_is_utf8(folded) && str_is_utf8(key));
    must(str_eq(folded, fold_text(a, folded)));
    return 0;
}
