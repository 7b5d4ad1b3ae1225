#include "connector/demo/demo.h"

static const struct store_setting settings[] = {
    { .name = "key",
      .title_tr = "Anahtar",
      .title_en = "Key",
      .help_tr = "Demo Pazar'ın verdiği anahtar.",
      .help_en = "The key that Demo Pazar gave.",
      .kind = SETTING_SECRET,
      .is_required = true },
    { 0 },
};

static const struct rate_limit limits[] = {
    { .group = "*", .calls = 100, .window_ms = 10000 },
    { .group = "general", .calls = 200, .window_ms = 10000 },
    { .group = "offers", .calls = 20, .window_ms = 10000 },
    { 0 },
};

static bool is_key(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] > '~') return false;
    return s.len > 0;
}

static bool demo_request(const struct visit *v, const struct demo_call *c, struct http_request *out,
                         struct err *e)
{
    str key = str_trim(store_value(v->store, "key"));
    if (!is_key(key)) {
        err_set(e, ERR_CREDENTIALS, "demo.setting",
                "the store has no usable key: enter it in the store's settings");
        return err_arg(e, "setting", STR("key"));
    }
    struct http_header *headers = ARENA_ARRAY(v->arena, struct http_header, 2);
    headers[0] = (struct http_header){ STR("X-Demo-Key"), key };
    headers[1] = (struct http_header){ STR("Content-Type"), STR("application/json") };
    *out = (struct http_request){
        .method = c->method,
        .url = str_print(v->arena, "%.*s%.*s", STR_ARG(v->base_url), STR_ARG(c->path)),
        .headers = headers,
        .header_count = c->body.len ? 2 : 1,
        .body = c->body,
        .limit_group = c->group,
        .purpose = c->purpose,
        .changes_something = c->changes_something,
    };
    return true;
}

/* What a refusal means, and what to do then. */
static const struct meaning {
    int from, to;
    bool of_reads, of_writes;
    enum err_kind kind;
    const char *code, *advice;
} meanings[] = {
    { 401, 401, true, true, ERR_CREDENTIALS, "demo.credentials", "enter the key again" },
    { 404, 404, true, true, ERR_NOT_FOUND, "demo.not_found", "it is not there (any more)" },
    { 409, 409, true, true, ERR_CONFLICT, "demo.conflict", "pull the order and look at its state" },
    { 429, 429, true, true, ERR_RATE_LIMITED, "demo.rate_limited", "it goes on by itself" },
    { 500, 599, true, false, ERR_UNAVAILABLE, "demo.unavailable", "it is tried again" },
    { 500, 599, false, true, ERR_UNCERTAIN, "demo.maybe_applied", "look before repeating" },
    { 0, 999, true, true, ERR_REFUSED, "demo.refused", "mend what it names" },
};

static bool reply_refused(const struct visit *v, const struct demo_call *c,
                          const struct http_reply *reply, struct err *e)
{
    const struct json *said = NULL;
    struct err why = { 0 };
    const struct meaning *m = meanings;
    while (reply->status < m->from || reply->status > m->to ||
           !(c->changes_something ? m->of_writes : m->of_reads))
        m++;
    if (reply->body.len && !json_parse(v->arena, reply->body, NULL, &said, &why)) said = NULL;
    char sentence[100];
    str_fill(sentence, sizeof sentence, json_text_at(said, "message"));
    err_set(e, m->kind, m->code, "Demo Pazar answered %d to %s: %s%s%s", reply->status, c->purpose,
            sentence, *sentence ? "; " : "", m->advice);
    if (!e) return false;
    e->http_status = reply->status;
    str_fill(e->remote_code, sizeof e->remote_code, json_text_at(said, "code"));
    int64_t seconds = 0;
    str wait = http_header(reply->headers, reply->header_count, "Retry-After");
    if (m->kind == ERR_RATE_LIMITED && str_to_i64(wait, &seconds) && seconds >= 0 &&
        seconds <= 86400)
        e->retry_at = v->now + seconds * UTC_SECOND;
    return false;
}

bool demo_unreadable(const struct demo_call *c, const char *what, struct err *e)
{
    return err_set(
        e, c->changes_something ? ERR_UNCERTAIN : ERR_UNAVAILABLE, "demo.reply_unreadable",
        "Demo Pazar answered %s with %s: look at the answer under API calls", c->purpose, what);
}

bool demo_call(struct visit *v, const struct demo_call *c, const struct json **out, struct err *e)
{
    struct http_request request;
    struct http_reply reply;
    const struct json *root = NULL;
    struct err why = { 0 };
    if (!demo_request(v, c, &request, e)) return false;
    if (!http_send(v->http, v->arena, &request, &reply, e)) return false;
    if (reply.status != 200) return reply_refused(v, c, &reply, e);
    if (!json_parse(v->arena, reply.body, NULL, &root, &why) || root->kind != JSON_OBJECT)
        return demo_unreadable(c, "something that is not a JSON object", e);
    *out = root;
    return true;
}

/* The report is filled on failure too: it is what the wizard shows. */
static bool check(struct visit *v, struct check_report *out, struct err *e)
{
    struct err why = { .marketplace = e ? e->marketplace : NULL };
    struct demo_call c = {
        .method = "GET", .purpose = "me", .group = "general", .path = STR("/v1/me")
    };
    const struct json *me = NULL;
    bool is_ok = demo_call(v, &c, &me, &why);
    out->count = 1;
    out->steps[0] = (struct check_step){
        .name = "me",
        .is_ok = is_ok,
        .detail = is_ok ? json_text_at(me, "name") : str_copy(v->arena, str_from(why.message)),
    };
    if (!is_ok && e) *e = why;
    return is_ok;
}

const struct connector demo = {
    .key = "demo",
    .title = "Demo Pazar",
    .base_url = "http://127.0.0.1:8099",
    .test_base_url = "http://127.0.0.1:8099",
    .settings = settings,
    .limits = limits,
    .offers_per_push = 100,
    .settling_ms = 1 * UTC_SECOND,
    .poll_ms = 10 * UTC_SECOND,
    .sweep_ms = 5 * UTC_MINUTE,
    .overlap_ms = 1 * UTC_MINUTE,
    .order_history_ms = 7 * UTC_DAY,
    .quantity_ceiling = 10000,

    .check = check,
    .pull_orders = demo_pull_orders,
    .find_order = demo_find_order,
    .parse_orders = demo_parse_orders,
    .push_offers = demo_push_offers,
    .pull_listings = demo_pull_listings,
    .acknowledge = demo_acknowledge,
    .invoice = demo_invoice,
};
