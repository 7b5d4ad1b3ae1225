/*
 * playback.h: recorded replies beside the requests they answer: an `struct http` for connector
 * tests.
 *
 * Shape    a file of test/connector/<key>/ is {"now", "store": {setting: value}, "exchanges":
 *          [{"request": {method, url, headers, body, group, purpose, changes_something},
 *          "reply": {status, headers, body}}]}. Every request is held against its record, in order;
 *          a body that is not a text is JSON. Or one reply to whatever is asked.
 * Errors   what differs from the record fails the test.
 */
#ifndef TEST_SUPPORT_PLAYBACK_H
#define TEST_SUPPORT_PLAYBACK_H

#include "base/json.h"
#include "connector/connector.h"

#define PLAYBACK_NOW ((utc_ms)1790000000000)

struct playback {
    struct http http;
    struct visit visit; /* ready to be handed to a connector */
    struct store store;
    const struct json *next;     /* the exchange to come; NULL: all were asked */
    struct http_reply reply;     /* of playback_of() */
    struct http_request request; /* the last one asked */
    int asked;
};

/* `name` is below test/connector/: "trendyol/orders_stream.json". */
struct playback *playback_open(struct arena *a, const struct connector *c, const char *name);
/* One reply to everything; the store has the settings of seller 100200. */
struct playback *playback_of(struct arena *a, const struct connector *c, int status,
                             const char *body);
/* The next reply of playback_of. */
void playback_say(struct playback *p, int status, const char *body);
/* Fails when an exchange was not asked for. */
void playback_end(const struct playback *p);
/* A file below test/connector/, as it is. */
str playback_file(struct arena *a, const char *name);

#endif
