/*
 * A write with an Idempotency-Key: the key is taken before it runs, and its reply kept, so that the
 * same request sent again gives the first reply and changes nothing. A reply may hold a buyer's
 * name, so it is kept sealed.
 */
#include <string.h>

#include "api/inside.h"
#include "api/problem.h"
#include "base/log.h"

#define HEADER "Idempotency-Key"
#define KEY_LEAST 8
#define KEY_MOST 100

static str key_of(const struct request *r)
{
    return http_header(r->x->headers, r->x->header_count, HEADER);
}

bool keep_applies(const struct request *r, const struct route_facts *facts)
{
    static const char *const writes[] = { "POST", "PUT", "PATCH" };
    if (!r->user.id || facts->is_never_kept || !key_of(r).len) return false;
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        if (strcmp(r->x->method, writes[i]) == 0) return true;
    return false;
}

static bool key_is_sane(str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (key.at[i] <= ' ' || key.at[i] > '~') return false;
    return key.len >= KEY_LEAST && key.len <= KEY_MOST;
}

/* Lengths stand before the texts, so that no two requests read alike. */
static str digest(const struct request *r)
{
    const struct http_exchange *x = r->x;
    return sha256_hex(r->arena, str_print(r->arena, "%s|%zu:%.*s|%zu:%.*s|%.*s", x->method,
                                          x->path.len, STR_ARG(x->path), x->query.len,
                                          STR_ARG(x->query), STR_ARG(x->body)));
}

static str place_of(const struct request *r)
{
    return box_place(r->arena, r->actor.company_id, 0, "idempotency");
}

static bool replay(struct request *r, const struct kept_reply *kept, struct err *e)
{
    str box = { 0 }, body = { 0 };
    if (!str_base64_decode(r->arena, kept->reply, &box))
        return err_set(e, ERR_BUG, "idempotency.damaged", "the kept reply cannot be read");
    if (!box_open(r->service->keys, r->arena, box, place_of(r), &body, e)) return false;
    const char *type = !body.len             ? NULL
                       : kept->status >= 400 ? "application/problem+json"
                                             : "application/json";
    http_reply(r->x, kept->status, type, body);
    http_reply_header(r->x, "Idempotent-Replay", STR("true"));
    return true;
}

static bool answer_known(struct request *r, const struct kept_reply *kept, str wanted,
                         struct err *e)
{
    if (!str_eq(kept->request_digest, wanted))
        return err_set(e, ERR_CONFLICT, "idempotency.other_request",
                       "this " HEADER " was used for another request: make a new one");
    if (kept->status == 0)
        return err_set(e, ERR_CONFLICT, "idempotency.running",
                       "the request with this " HEADER " still runs, or the server stopped in the "
                       "middle of it: look whether it happened before you send it with a new key");
    return replay(r, kept, e);
}

static void keep_reply(struct request *r, str key)
{
    struct err e = { 0 };
    int status = r->x->status;
    bool may_end_otherwise = status >= 500 || status == 429;
    str body = r->x->reply_body;
    if (body.len)
        body = str_base64(r->arena, box_seal(r->service->keys, r->arena, body, place_of(r)));
    bool ok = may_end_otherwise
                  ? idempotency_repo_drop(r->service->db, r->user.id, key, &e)
                  : idempotency_repo_end(r->service->db, r->user.id, key, status, body, &e);
    if (!ok) log_warning_err("reply not kept", &e, LOG_CSTR("request", r->x->request_id));
}

void keep_run(struct request *r, const struct route_facts *facts, struct err *e)
{
    bool is_new = false, ok;
    struct kept_reply kept;
    str key = key_of(r), wanted = digest(r);
    if (!key_is_sane(key)) {
        err_set(e, ERR_INVALID, "idempotency.key",
                HEADER " must be %d to %d visible ASCII characters", KEY_LEAST, KEY_MOST);
        ok = false;
    } else {
        ok = idempotency_repo_begin(r->service->db, r->arena, r->user.id, key, wanted, r->now,
                                    &is_new, &kept, e);
    }
    if (ok && is_new) {
        api_run(r, facts, e);
        keep_reply(r, key);
    } else if (!ok || !answer_known(r, &kept, wanted, e)) {
        problem_reply(r->x, e, r->now);
    }
}
