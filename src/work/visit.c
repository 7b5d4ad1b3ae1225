/*
 * visit.c: every call of a connector passes here, in this order: deadline, admission, breaker, the
 * attempt's row, the wire, the trace.
 */
#include <string.h>

#include "base/fold.h"
#include "base/log.h"
#include "base/metrics.h"
#include "domain/hook.h"
#include "work/retry.h"
#include "work/run.h"

#define RULES_OF_A_CALL 8
#define ABOUT_KEPT 8192

#define LIMIT_WAIT "limit.wait"
#define VISIT_TOO_LONG "visit.too_long"
#define BREAKER_OPEN "breaker.open"
#define HTTP_CANCELLED "http.cancelled" /* the HTTP client's */

static struct metric calls = METRIC(METRIC_COUNTER, "bedesten_marketplace_calls_total",
                                    "Requests sent to marketplaces, by outcome");
static struct metric call_times = METRIC(METRIC_HISTOGRAM, "bedesten_marketplace_call_seconds",
                                         "How long marketplaces took to answer");

/* The store's tier; the first choice when none, or one that nobody knows, is set: a limit left out
 * would be no limit at all. */
static str tier_of(const struct run *r)
{
    str given = store_value(&r->store, "tier");
    for (const struct store_setting *s = r->connector->settings; s && s->name; s++) {
        if (strcmp(s->name, "tier") != 0 || !s->choices) continue;
        for (const char *const *c = s->choices; *c; c++)
            if (str_eq(given, str_from(*c))) return given;
        return str_from(s->choices[0]);
    }
    return given;
}

/* The limits that a request falls under: its group's, and those of every endpoint by itself. */
static size_t rules_of(struct run *r, const struct http_request *q, struct limit_rule *rules)
{
    str tier = tier_of(r);
    size_t count = 0;
    for (const struct rate_limit *l = r->connector->limits; l && l->group; l++) {
        bool is_endpoint = strcmp(l->group, "*") == 0;
        if (!is_endpoint && (!q->limit_group || strcmp(l->group, q->limit_group) != 0)) continue;
        if (l->tier && !str_eq(str_from(l->tier), tier)) continue;
        if (count == RULES_OF_A_CALL) break;
        rules[count++] = (struct limit_rule){
            .name = is_endpoint ? str_print(r->arena, "*:%s", q->purpose) : str_from(l->group),
            .calls = l->calls,
            .window_ms = l->window_ms,
        };
    }
    return count;
}

static bool is_code(const struct err *why, const char *code)
{
    return str_eq(str_from(why->code), str_from(code));
}

bool visit_found_no_room(const struct err *why)
{
    return is_code(why, LIMIT_WAIT);
}

bool visit_is_over(const struct err *why)
{
    return is_code(why, VISIT_TOO_LONG);
}

bool visit_stayed(const struct err *why)
{
    return visit_found_no_room(why) || visit_is_over(why) || is_code(why, BREAKER_OPEN);
}

bool visit_was_stopped(const struct err *why)
{
    return is_code(why, HTTP_CANCELLED) && why->kind == ERR_UNAVAILABLE;
}

static bool may_leave(struct run *r, const struct http_request *q, const struct limit_rule *rules,
                      size_t count, struct err *e)
{
    struct work *w = r->work;
    if (run_now(r) > r->deadline)
        return err_set(e, ERR_UNAVAILABLE, VISIT_TOO_LONG,
                       "the run lasted too long; it goes on by itself");
    utc_ms retry_at = 0;
    if (!limit_admit(w->options.limits, r->store.id, r->job->lane, rules, count, &retry_at)) {
        err_set(e, ERR_RATE_LIMITED, LIMIT_WAIT,
                "the marketplace's limit for %s is used up; goes on by itself when there is room",
                q->purpose);
        e->retry_at = retry_at;
        return false;
    }
    if (!breaker_allows(w->breakers, r->store.id, q->purpose, run_now(r), &retry_at)) {
        err_set(e, ERR_UNAVAILABLE, BREAKER_OPEN,
                "%s does not answer at %s; calls to it rest and go on by themselves",
                r->connector->title, q->purpose);
        e->retry_at = retry_at;
        return false;
    }
    return true;
}

/* 429: nothing more leaves under these rules for a while, told or guessed. */
static void hold_back(struct run *r, const struct http_reply *reply, const struct limit_rule *rules,
                      size_t count)
{
    int64_t seconds = 0;
    str told = http_header(reply->headers, reply->header_count, "Retry-After");
    utc_ms pause = retry_backoff(10 * UTC_SECOND, 10 * UTC_SECOND, 1, run_chance());
    if (str_to_i64(told, &seconds) && seconds > 0 && seconds <= 3600) pause = seconds * UTC_SECOND;
    r->held_until = run_now(r) + pause;
    for (size_t i = 0; i < count; i++)
        limit_hold(r->work->options.limits, r->store.id, rules[i].name, r->held_until);
}

static const char *outcome_of(bool was_answered, const struct http_reply *reply,
                              const struct err *why)
{
    if (was_answered)
        return reply->status >= 500 ? "unknown" : reply->status >= 400 ? "refused" : "done";
    return why->kind == ERR_UNCERTAIN ? "unknown" : "unsent";
}

static void trace(struct run *r, struct arena *a, const struct http_request *q, utc_ms at,
                  int64_t took_ms, const struct http_reply *reply, const struct err *why,
                  struct attempt *attempt)
{
    struct arena_mark mark = arena_mark(a);
    struct api_call call = {
        .company_id = r->store.company_id,
        .store_id = r->store.id,
        .job_id = r->job->id,
        .at = at,
        .purpose = str_from(q->purpose),
        .method = str_from(q->method),
        .url = mask_text(a, &r->mask, q->url),
        .status = reply ? reply->status : 0,
        .took_ms = took_ms,
        .request_bytes = (int64_t)q->body.len,
        .reply_bytes = reply ? (int64_t)reply->body.len : 0,
        .request = mask_message(a, &r->mask, q->headers, q->header_count, q->body),
        .reply = reply ? mask_message(a, &r->mask, reply->headers, reply->header_count, reply->body)
                       : STR("{\"headers\":[],\"body\":\"\",\"truncated\":false}"),
        .about = fold_text(a, str_cut(r->http.about, 0, ABOUT_KEPT)),
    };
    if (why) {
        call.error_kind = why->kind;
        call.error_code = str_from(why->code);
        call.error_message = str_from(why->message);
    }
    struct err e = { 0 };
    if (trace_call(r->service, a, &call, attempt, outcome_of(reply != NULL, reply, why), why, &e))
        r->http.last_call_id = call.id;
    else
        log_warning_err("call not recorded", &e, LOG_INT("store", r->store.id),
                        LOG_CSTR("purpose", q->purpose));
    arena_rewind(a, mark);
}

static bool begin_write(struct run *r, const struct http_request *q, struct attempt *attempt,
                        struct err *e)
{
    struct visit_http *h = &r->http;
    if (h->before_write) {
        if (!h->before_write(r, h->context, e)) return false;
        h->before_write = NULL;
    }
    *attempt = (struct attempt){
        .company_id = r->store.company_id,
        .store_id = r->store.id,
        .job_id = r->job->id,
        .kind = str_from(q->purpose),
        .target = r->job->kind,
        .started_at = run_now(r),
    };
    return trace_attempt(r->service, attempt, e);
}

/* Nothing was learnt of the marketplace: we stopped the call, or would not make it. */
static bool is_ours_to_mend(const struct err *why)
{
    return why->kind == ERR_INVALID || is_code(why, HTTP_CANCELLED);
}

static bool visit_send(struct http *http, struct arena *a, const struct http_request *q,
                       struct http_reply *reply, struct err *e)
{
    struct visit_http *h = (struct visit_http *)http; /* http is its first member */
    struct run *r = h->run;
    struct limit_rule rules[RULES_OF_A_CALL];
    size_t rule_count = rules_of(r, q, rules);
    struct attempt attempt;

    h->last_call_id = 0;
    if (!may_leave(r, q, rules, rule_count, e)) return false;
    if (q->changes_something && !begin_write(r, q, &attempt, e)) return false;

    utc_ms at = run_now(r);
    int64_t start = mono_us();
    struct err why = { .marketplace = r->connector->key };
    bool was_answered =
        http_client_send(r->work->options.client, r->work->cancel, a, q, reply, &why);
    int64_t took_us = mono_us() - start;
    r->answers += was_answered && reply->status < 400;
    if (was_answered && reply->status == 429) hold_back(r, reply, rules, rule_count);
    if (was_answered || !is_ours_to_mend(&why))
        breaker_report(r->work->breakers, r->store.id, q->purpose, run_now(r),
                       !was_answered || reply->status >= 500);
    metric_observe_us(&call_times,
                      str_cstr(a, str_print(a, "marketplace=\"%s\"", r->connector->key)), took_us);
    metric_add(
        &calls,
        str_cstr(a, str_print(a, "marketplace=\"%s\",purpose=\"%s\",status=\"%d\"",
                              r->connector->key, q->purpose, was_answered ? reply->status : 0)),
        1);
    trace(r, a, q, at, took_us / 1000, was_answered ? reply : NULL, was_answered ? NULL : &why,
          q->changes_something ? &attempt : NULL);
    if (!was_answered) *e = why;
    return was_answered;
}

static str base_url_of(const struct run *r)
{
    str url = r->store.base_url;
    if (!url.len)
        url =
            str_from(r->store.test_mode && r->connector->test_base_url ? r->connector->test_base_url
                                                                       : r->connector->base_url);
    while (str_ends(url, STR("/"))) url.len--;
    return url;
}

static void add_secret(struct run *r, str *secrets, size_t *count, str secret)
{
    str in_url = str_url_encode(r->arena, secret);
    secrets[(*count)++] = secret;
    if (!str_eq(in_url, secret)) secrets[(*count)++] = in_url;
}

/* What must never be logged: the secret settings and the webhook's secret, also as part of a URL. */
static void collect_secrets(struct run *r)
{
    size_t most = 2, count = 0;
    for (const struct store_setting *s = r->connector->settings; s && s->name; s++) most++;
    str *secrets = ARENA_ARRAY(r->arena, str, 2 * most);
    for (const struct store_setting *s = r->connector->settings; s && s->name; s++)
        if (s->kind == SETTING_SECRET)
            add_secret(r, secrets, &count, str_trim(store_value(&r->store, s->name)));
    add_secret(r, secrets, &count, r->store.hook_secret);
    add_secret(r, secrets, &count, hook_key(r->arena, r->store.hook_secret));
    r->mask = (struct mask){ .secrets = secrets, .count = count };
}

bool visit_open(struct run *r, struct err *e)
{
    if (!store_repo_open(r->service->db, r->arena, r->service->keys, &r->by, r->job->store_id,
                         &r->store, e))
        return false;
    r->connector = connector_find(r->store.marketplace);
    if (!r->connector)
        return err_set(e, ERR_INVALID, "store.no_connector",
                       "this program has no connector for '%.*s'; install a version that has one",
                       STR_ARG(r->store.marketplace));
    e->marketplace = r->connector->key;
    r->deadline = run_now(r) + VISIT_LASTS;
    collect_secrets(r);
    r->http = (struct visit_http){ .http = { .send = visit_send }, .run = r };
    r->visit = (struct visit){
        .http = &r->http.http,
        .arena = r->arena,
        .store = &r->store,
        .base_url = base_url_of(r),
        .now = run_now(r),
    };
    return true;
}

bool visit_close_left(struct run *r, struct err *e)
{
    struct attempt *open = NULL;
    size_t count = 0;
    if (!attempt_repo_open(r->service->db, r->arena, r->job->id, &open, &count, e)) return false;
    for (size_t i = 0; i < count; i++)
        if (!attempt_repo_end(r->service->db, &open[i], "unknown", NULL, run_now(r), e))
            return false;
    r->was_left_unknown = count > 0;
    return true;
}
