#include "base/utf8.h"

static bool continues(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_read(str s, size_t from, uint32_t *code)
{
    if (from >= s.len) return 0;
    const unsigned char *at = (const unsigned char *)s.at + from;
    if (at[0] < 0x80) {
        *code = at[0];
        return 1;
    }
    size_t size = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0xC2 || at[0] > 0xF4 || s.len - from < size) return 0;
    uint32_t value = at[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (!continues(at[i])) return 0;
        value = value << 6 | (at[i] & 0x3Fu);
    }
    if (size == 3 && (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF))) return 0;
    if (size == 4 && (value < 0x10000 || value > 0x10FFFF)) return 0;
    *code = value;
    return size;
}

size_t utf8_write(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (char)((0xF00u >> size & 0xF0u) | code);
    return size;
}

size_t utf8_whole(const char *at, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)at;
    size_t start = len, back = 0;
    while (start > 0 && back < 3 && continues(bytes[start - 1])) {
        start--;
        back++;
    }
    if (start == 0) return len; /* no lead byte at all: nothing to save */
    unsigned char lead = bytes[start - 1];
    size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return size > back + 1 ? start - 1 : len;
}
