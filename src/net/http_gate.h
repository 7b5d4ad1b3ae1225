/*
 * http_gate.h: judges a parsed head before anything else sees it.
 *
 * Shape    pure: the head as the parser left it in, the verdict and what follows from it out. All
 *          that two readers of one request could understand differently is refused.
 * Source   RFC 9112 §2-§6 and §11 (smuggling), RFC 9110 §5.5, §5.6.2.
 */
#ifndef NET_HTTP_GATE_H
#define NET_HTTP_GATE_H

#include "net/http.h"

#define GATE_FIELDS 64
#define GATE_HEAD_BYTES ((size_t)8 << 10) /* target, names and values together */

struct http_head {
    const char *method, *version;
    str target;
    const struct http_header *headers;
    size_t header_count; /* may be more than GATE_FIELDS: then only these many are given */
};

struct http_head_facts {
    str path, query;
    bool has_length, is_chunked, expects_continue;
    uint64_t length;
};

/* 0: may pass, facts are filled; else the status to refuse with, 400 or 431. */
int http_gate(const struct http_head *h, struct http_head_facts *facts);

/* The bytes of the head as they lie in memory, line ends included: parsers that take bare LF, NUL
 * or folded lines leave gaps between the parts, or move them. */
struct http_head_layout {
    const char *method, *target, *version, *end;
    size_t target_len;
};
bool http_gate_is_tight(const struct http_head_layout *l, const struct http_header *headers,
                        size_t count);

#endif
