#include "base/fold.h"
#include "connector/trendyol/trendyol.h"

#define ON(kind) (1u << (kind))
#define ON_ANY (~0u)
#define ON_WRITES (ON(CALL_WRITE) | ON(CALL_OFFERS) | ON(CALL_PACKAGE))

/* The first row that fits says what a refusal means. */
static const struct meaning {
    int from, to; /* HTTP status */
    unsigned calls;
    const char *says; /* part of their folded sentence; NULL: any */
    enum err_kind kind;
    const char *code, *advice;
} meanings[] = {
    { 400, 499, ON(CALL_OFFERS), "15 dakika", ERR_CONFLICT, "trendyol.same_body",
      "the identical body went out less than 15 minutes ago: join it with newer values or wait" },
    { 413, 413, ON(CALL_OFFERS), NULL, ERR_UNAVAILABLE, "trendyol.batch_too_large",
      "the batch is too large for them: halve it and send again" },
    { 504, 504, ON(CALL_OFFERS), NULL, ERR_UNAVAILABLE, "trendyol.batch_too_large",
      "the batch is too large for them: halve it and send again" },
    { 400, 400, ON(CALL_PACKAGE), "durumda degil", ERR_CONFLICT, "trendyol.package_state",
      "the package is not in a state that takes this: pull the order and look at its status" },
    { 401, 401, ON(CALL_PACKAGE), NULL, ERR_REFUSED, "trendyol.package_unknown",
      "they do not know the package any more (or the keys are dead: check the connection); pull "
      "the order again" },
    { 401, 401, ON_ANY, NULL, ERR_CREDENTIALS, "trendyol.credentials",
      "enter seller ID, API key and API secret again; the three belong together" },
    { 403, 403, ON_ANY, NULL, ERR_REFUSED, "trendyol.forbidden",
      "check that the seller ID belongs to the keys and the integrator name has only letters and "
      "digits" },
    { 404, 404, ON_ANY, NULL, ERR_NOT_FOUND, "trendyol.not_found",
      "what was asked for is not there (any more)" },
    { 409, 409, ON_ANY, NULL, ERR_CONFLICT, "trendyol.conflict",
      "it stands against what they already have: look at the package there" },
    { 426, 426, ON_ANY, NULL, ERR_REFUSED, "trendyol.version_closed",
      "they closed this version of the service: update Bedesten" },
    { 429, 429, ON_ANY, NULL, ERR_RATE_LIMITED, "trendyol.rate_limited",
      "too many requests: it goes on by itself; check the store's tier, and whether other software "
      "uses the same keys" },
    { 408, 408, ON(CALL_READ), NULL, ERR_UNAVAILABLE, "trendyol.unavailable",
      "they timed out: it is tried again" },
    { 408, 408, ON_WRITES, NULL, ERR_UNCERTAIN, "trendyol.maybe_applied",
      "they timed out: it may have been applied, look before repeating" },
    { 503, 503, ON(CALL_READ), NULL, ERR_UNAVAILABLE, "trendyol.unavailable",
      "an outage there, or on the stage host an address that is not on their list: it is tried "
      "again" },
    { 500, 599, ON(CALL_READ), NULL, ERR_UNAVAILABLE, "trendyol.unavailable",
      "a fault on their side: it is tried again" },
    { 500, 599, ON_WRITES, NULL, ERR_UNCERTAIN, "trendyol.maybe_applied",
      "a fault on their side: it may have been applied, look before repeating" },
    { 300, 399, ON_ANY, NULL, ERR_REFUSED, "trendyol.redirected",
      "they sent us elsewhere: check the store's address" },
    { 0, 999, ON_ANY, NULL, ERR_REFUSED, "trendyol.refused",
      "repeating it will not help: mend what they name" },
};

/* Their own words in one of the four shapes of an error body, or none (an HTML page). */
struct words {
    str code, sentence;
};

static str first_of(str a, str b)
{
    return a.len ? a : b;
}

static struct words words_of(struct arena *a, str body)
{
    const struct json *root = NULL;
    struct err why = { 0 };
    if (!body.len || !json_parse(a, body, NULL, &root, &why)) return (struct words){ 0 };
    const struct json *list = json_get(root, "errors");
    const struct json *first = list && list->kind == JSON_ARRAY ? list->first : NULL;
    str key = json_text_at(first, "key"), exception = json_text_at(root, "exception");
    str error = json_text_at(root, "error"), message = json_text_at(root, "message");
    return (struct words){
        .code = first_of(first_of(key, exception), error),
        .sentence = first_of(first_of(json_text_at(first, "message"), message),
                             first_of(first_of(error, exception), key)),
    };
}

static const struct meaning *meaning_of(struct arena *a, enum call_kind kind, int status,
                                        str sentence)
{
    str folded = fold_text(a, sentence);
    size_t last = sizeof meanings / sizeof *meanings - 1;
    for (size_t i = 0; i < last; i++) {
        const struct meaning *m = &meanings[i];
        if (status < m->from || status > m->to || !(m->calls & ON(kind))) continue;
        if (m->says && !str_has(folded, str_from(m->says))) continue;
        return m;
    }
    return &meanings[last];
}

/* One line for people: no control characters, cut on a character's edge. */
static void fill_line(char *out, size_t size, str s)
{
    str_fill(out, size, s);
    for (char *c = out; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' ';
}

/* Seconds only; the date form of Retry-After was never seen here and counts as unknown. */
static utc_ms retry_at(const struct visit *v, const struct http_reply *reply)
{
    int64_t seconds = 0;
    str text = str_trim(http_header(reply->headers, reply->header_count, "Retry-After"));
    if (!str_to_i64(text, &seconds) || seconds < 0 || seconds > 86400) return 0;
    return v->now + seconds * UTC_SECOND;
}

bool trendyol_refused(const struct visit *v, const struct trendyol_call *c,
                      const struct http_reply *reply, struct err *e)
{
    struct words w = words_of(v->arena, reply->body);
    const struct meaning *m = meaning_of(v->arena, c->kind, reply->status, w.sentence);
    char said[100];
    fill_line(said, sizeof said, w.sentence);
    err_set(e, m->kind, m->code, "Trendyol answered %d to %s%s%s%s: %s", reply->status, c->purpose,
            *said ? " (" : "", said, *said ? ")" : "", m->advice);
    err_arg(e, "said", str_from(said));
    if (!e) return false;
    e->http_status = reply->status;
    fill_line(e->remote_code, sizeof e->remote_code, w.code);
    if (m->kind == ERR_RATE_LIMITED) e->retry_at = retry_at(v, reply);
    return false;
}
