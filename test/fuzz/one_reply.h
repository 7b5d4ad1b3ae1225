/* one_reply.h: a visit to a store whose marketplace says one thing to whatever it is asked. */
#ifndef TEST_FUZZ_ONE_REPLY_H
#define TEST_FUZZ_ONE_REPLY_H

#include <stdlib.h>
#include <string.h>

#include "connector/connector.h"

#define FUZZ_NOW ((utc_ms)1790000000000)

struct one_reply {
    struct http http;
    struct http_reply reply;
    str sent; /* the last body */
    struct store store;
    struct visit visit;
};

static inline bool one_reply_send(struct http *h, struct arena *a,
                                  const struct http_request *request, struct http_reply *reply,
                                  struct err *e)
{
    (void)e;
    if (!request->url.len || !request->purpose || !request->limit_group) abort();
    struct one_reply *o = (struct one_reply *)h;
    o->sent = str_copy(a, request->body);
    *reply = o->reply;
    return true;
}

static inline void one_reply_set(struct one_reply *o, struct arena *a, const struct connector *c,
                                 int status, str body)
{
    static const struct store_value values[] = {
        { STR_INIT("seller_id"), STR_INIT("1") },
        { STR_INIT("api_key"), STR_INIT("k") },
        { STR_INIT("api_secret"), STR_INIT("s") },
        { STR_INIT("key"), STR_INIT("k") },
    };
    *o = (struct one_reply){
        .http.send = one_reply_send,
        .reply = { .status = status, .body = body },
        .store = { .values = values, .value_count = sizeof values / sizeof *values },
    };
    o->visit = (struct visit){ .http = &o->http,
                               .arena = a,
                               .store = &o->store,
                               .base_url = str_from(c->base_url),
                               .now = FUZZ_NOW };
}

/* A refusal always says what it is and is readable. */
static inline void one_reply_refused(const struct err *e)
{
    if (e->kind == ERR_NONE || !e->code || !e->message[0]) abort();
    if (!str_is_utf8(str_from(e->message)) || !str_is_utf8(str_from(e->remote_code))) abort();
}

#endif
