/* What is taken exactly is taken rounded, too, with the same value, and reads back as written. */
#include <stdlib.h>

#include "base/money.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str digits = { (const char *)data, size };
    money exact, rounded, back;
    char out[MONEY_TEXT_SIZE];
    bool is_exact = money_parse(digits, "TRY", &exact);
    bool is_rounded = money_parse_rounded(digits, "TRY", &rounded);
    if (is_exact && (!is_rounded || money_cmp(exact, rounded) != 0)) abort();
    if (!is_rounded) return 0;
    str text = str_from(money_text(rounded, 2, out));
    if (!money_parse(text, "TRY", &back) || money_cmp(rounded, back) != 0) abort();
    return 0;
}
