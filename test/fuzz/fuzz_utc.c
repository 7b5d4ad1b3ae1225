/* What is read can be written, and reads back as the same moment. */
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An offset may lead out of the years that can be written. */
static bool can_be_written(utc_ms at)
{
    return at >= -62167219200000 && at <= 253402300799999;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    utc_ms at, back;
    char iso[UTC_ISO_SIZE];
    if (!utc_parse((const char *)data, size, &at)) return 0;
    utc_iso(at, iso);
    if (!utc_parse(iso, strlen(iso), &back)) abort();
    if (can_be_written(at) && at != back) abort();
    return 0;
}
