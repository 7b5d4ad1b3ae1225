#include "base/fold.h"

#include <string.h>

#include "base/utf8.h"

/* Base letters of U+00C0 to U+017F, in order; a dot has none or more than one letter. */
static const char base_letters[] =
    "aaaaaa.ceeeeiiii.nooooo.ouuuuy..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.lllllll"
    "lllnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

#define FIRST_LETTER 0xC0u
#define LAST_LETTER 0x17Fu
#define DOT_ABOVE 0x307u

static bool is_combining(uint32_t c)
{
    return c >= 0x300 && c <= 0x36F;
}

static bool is_blank(uint32_t c)
{
    return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Characters that show nothing: soft hyphen, zero widths, direction marks, byte order mark. */
static bool is_invisible(uint32_t c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           c == 0x2060 || c == 0xFEFF;
}

/* Greek and Cyrillic capitals; Latin ones are met before. */
static uint32_t lower_other(uint32_t c)
{
    if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 0x20;
    if (c >= 0x400 && c <= 0x40F) return c + 0x50;
    if (c >= 0x410 && c <= 0x42F) return c + 0x20;
    return c;
}

static str letters_of(uint32_t c, char buffer[4])
{
    switch (c) {
    case 0xC6:
    case 0xE6:
        return STR("ae");
    case 0x152:
    case 0x153:
        return STR("oe");
    case 0xDF:
    case 0x1E9E:
        return STR("ss");
    case 0xDE:
    case 0xFE:
        return STR("th");
    case 0xD0:
    case 0xF0:
        return STR("d");
    case 0x132:
    case 0x133:
        return STR("ij");
    case 0x14A:
    case 0x14B:
        return STR("n");
    default:
        break;
    }
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (c >= FIRST_LETTER && c <= LAST_LETTER && base_letters[c - FIRST_LETTER] != '.')
        c = (unsigned char)base_letters[c - FIRST_LETTER];
    return (str){ buffer, utf8_write(lower_other(c), buffer) };
}

/* The next character, a broken byte as a blank. */
static uint32_t next_character(str s, size_t *at)
{
    uint32_t c;
    size_t size = utf8_read(s, *at, &c);
    *at += size ? size : 1;
    return size ? c : ' ';
}

/* Adds the blank that separates words, but none in front or at the end. */
static void add_word_part(struct text *t, bool *blank_waits, str part)
{
    if (*blank_waits && t->len) text_add_char(t, ' ');
    *blank_waits = false;
    text_add(t, part);
}

str fold_text(struct arena *a, str s)
{
    struct text t = { .arena = a };
    bool blank_waits = false;
    for (size_t at = 0; at < s.len;) {
        char buffer[4];
        uint32_t c = next_character(s, &at);
        if (is_combining(c) || is_invisible(c)) continue;
        if (is_blank(c))
            blank_waits = true;
        else
            add_word_part(&t, &blank_waits, letters_of(c, buffer));
    }
    return text_str(&t);
}

/*
 * Sort keys. The letters, of which there are 32 with q, w and x, become the bytes 0x41 to 0x60 in
 * the order of this alphabet; digits, blanks and punctuation stand below them as they are.
 */
static const char alphabet[][3] = {
    "a", "b", "c", "ç", "d", "e", "f", "g", "ğ", "h", "ı", "i", "j", "k", "l", "m",
    "n", "o", "ö", "p", "q", "r", "s", "ş", "t", "u", "ü", "v", "w", "x", "y", "z",
};
#define FIRST_KEY 'A'

/* A letter and its mark as one: how texts from a Mac come. */
static uint32_t composed(uint32_t c, uint32_t mark)
{
    static const struct {
        uint32_t letter, mark, whole;
    } pairs[] = {
        { 'i', DOT_ABOVE, 'i' }, { 'I', DOT_ABOVE, 'i' }, { 'c', 0x327, 0xE7 },
        { 'C', 0x327, 0xE7 },    { 's', 0x327, 0x15F },   { 'S', 0x327, 0x15F },
        { 'g', 0x306, 0x11F },   { 'G', 0x306, 0x11F },   { 'o', 0x308, 0xF6 },
        { 'O', 0x308, 0xF6 },    { 'u', 0x308, 0xFC },    { 'U', 0x308, 0xFC },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i].letter == c && pairs[i].mark == mark) return pairs[i].whole;
    return c;
}

static uint32_t turkish_lower(uint32_t c)
{
    switch (c) {
    case 'I':
        return 0x131;
    case 0x130:
        return 'i';
    case 0xC7:
        return 0xE7;
    case 0x11E:
        return 0x11F;
    case 0xD6:
        return 0xF6;
    case 0x15E:
        return 0x15F;
    case 0xDC:
        return 0xFC;
    default:
        return c;
    }
}

/* 0 when the character is no letter of the alphabet. */
static char letter_key(uint32_t c)
{
    char utf8[4];
    str letter = { utf8, utf8_write(c, utf8) };
    for (size_t i = 0; i < sizeof alphabet / sizeof alphabet[0]; i++)
        if (str_eq(letter, (str){ alphabet[i], strnlen(alphabet[i], sizeof alphabet[i]) }))
            return (char)(FIRST_KEY + i);
    return 0;
}

static char punctuation_key(char c)
{
    static const char from[] = "[\\]^_`{|}~", to[] = "(/)'-'(/)-";
    const char *found = c ? strchr(from, c) : NULL;
    return found ? to[found - from] : c;
}

static void add_keys(struct text *t, bool *blank_waits, uint32_t c)
{
    char buffer[4], key = letter_key(turkish_lower(c));
    if (key) {
        add_word_part(t, blank_waits, (str){ &key, 1 });
        return;
    }
    str letters = letters_of(c, buffer);
    for (size_t i = 0; i < letters.len; i++) {
        bool is_ascii_letter = letters.at[i] >= 'a' && letters.at[i] <= 'z';
        key = is_ascii_letter ? letter_key((unsigned char)letters.at[i])
                              : punctuation_key(letters.at[i]);
        add_word_part(t, blank_waits, (str){ &key, 1 });
    }
}

str fold_sort_key(struct arena *a, str s)
{
    struct text t = { .arena = a };
    bool blank_waits = false;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = next_character(s, &at), mark = 0;
        if (is_combining(c) || is_invisible(c)) continue;
        size_t after = at;
        if (after < s.len) mark = next_character(s, &after);
        if (is_blank(c))
            blank_waits = true;
        else
            add_keys(&t, &blank_waits, composed(c, mark));
    }
    return text_str(&t);
}
