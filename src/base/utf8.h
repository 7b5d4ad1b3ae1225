/*
 * utf8.h: one character of UTF-8 at a time; strict: no surrogates, no overlong forms.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* The length of the character at s.at[from] (1 to 4), or 0 when it is broken or s ends there.
 * `code` is set only on success. */
size_t utf8_read(str s, size_t from, uint32_t *code);
/* Writes a valid code point; returns its length. */
size_t utf8_write(uint32_t code, char out[4]);
/* The greatest length <= len that does not cut a character of `at`. */
size_t utf8_whole(const char *at, size_t len);

#endif
