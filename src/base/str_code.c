/* The texts that carry bytes: percent-encoding, base64, hex. */
#include "base/str.h"

static const char hex_digits[] = "0123456789abcdef";

static bool is_unreserved(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

str str_url_encode(struct arena *a, str s)
{
    static const char upper[] = "0123456789ABCDEF";
    char *out = arena_take_array(a, 3, s.len + 1), *end = out;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (is_unreserved(c)) {
            *end++ = (char)c;
        } else {
            *end++ = '%';
            *end++ = upper[c >> 4];
            *end++ = upper[c & 15];
        }
    }
    return (str){ out, (size_t)(end - out) };
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool str_url_decode(struct arena *a, str s, bool plus_is_space, str *out)
{
    char *decoded = arena_take(a, s.len + 1), *end = decoded;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == '%') {
            if (s.len - i < 3) return false;
            int high = hex_value(s.at[i + 1]), low = hex_value(s.at[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0') return false;
        *end++ = c;
    }
    *out = (str){ decoded, (size_t)(end - decoded) };
    return true;
}

static str encode_base64(struct arena *a, str bytes, const char alphabet[64], bool padded)
{
    char *out = arena_take_array(a, 4, bytes.len / 3 + 1), *end = out;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t count = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < count ? (unsigned char)bytes.at[i + k] : 0u);
        for (size_t k = 0; k < 4; k++) {
            if (k <= count)
                *end++ = alphabet[group >> (18 - 6 * k) & 63];
            else if (padded)
                *end++ = '=';
        }
    }
    return (str){ out, (size_t)(end - out) };
}

str str_base64(struct arena *a, str bytes)
{
    return encode_base64(a, bytes,
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

str str_base64url(struct arena *a, str bytes)
{
    return encode_base64(a, bytes,
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

static bool drop_padding(str *text)
{
    size_t padding = 0;
    while (text->len && text->at[text->len - 1] == '=') {
        text->len--;
        padding++;
    }
    if (padding == 0) return text->len % 4 != 1;
    return padding < 3 && (text->len + padding) % 4 == 0;
}

bool str_base64_decode(struct arena *a, str text, str *bytes)
{
    if (!drop_padding(&text)) return false;
    char *out = arena_take(a, text.len / 4 * 3 + 3), *end = out;
    uint32_t held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = base64_value(text.at[i]);
        if (value < 0) return false;
        held = (held << 6 | (uint32_t)value) & 0xFFFF;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        *end++ = (char)(held >> bits & 0xFF);
    }
    if (held & ((1u << bits) - 1)) return false; /* else two texts would mean the same bytes */
    *bytes = (str){ out, (size_t)(end - out) };
    return true;
}

str str_hex(struct arena *a, str bytes)
{
    char *out = arena_take_array(a, 2, bytes.len + 1);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        out[2 * i] = hex_digits[c >> 4];
        out[2 * i + 1] = hex_digits[c & 15];
    }
    return (str){ out, 2 * bytes.len };
}
