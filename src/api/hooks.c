/*
 * hooks.c: marketplaces call us. A callback is checked, stored and only then answered; understanding
 * it is a job's. What passed the check and cannot be read is stored whole, so that nothing is lost.
 */
#include <stdio.h>

#include "api/resources.h"
#include "base/log.h"
#include "base/metrics.h"
#include "connector/connector.h"
#include "domain/hook.h"
#include "repo/store_repo.h"
#include "service/order.h"

static struct metric arrived = METRIC(METRIC_COUNTER, "bedesten_webhooks_total",
                                      "Callbacks of marketplaces, by what became of them.");

static void count(const struct connector *c, const char *outcome, int64_t n)
{
    char labels[96];
    if (n == 0) return;
    snprintf(labels, sizeof labels, "marketplace=\"%s\",outcome=\"%s\"", c ? c->key : "none",
             outcome);
    metric_add(&arrived, labels, n);
}

static bool unknown_address(struct err *e)
{
    count(NULL, "unknown_address", 1);
    err_set(e, ERR_NOT_FOUND, "hook.unknown", "no store has this callback address");
    return false;
}

static bool find_store(struct request *r, struct store *s, const struct connector **c,
                       struct err *e)
{
    if (!store_repo_by_hook(r->service->db, r->arena, r->service->keys, r->x->params[1], s, e))
        return e->kind == ERR_NOT_FOUND ? unknown_address(e) : false;
    const struct connector *found = connector_find(s->marketplace);
    if (!found || !found->hook_check || !str_eq(s->marketplace, r->x->params[0]))
        return unknown_address(e);
    *c = found;
    return true;
}

static bool is_theirs(struct request *r, const struct store *s, const struct connector *c,
                      struct err *e)
{
    const struct hook_delivery delivery = { .headers = r->x->headers,
                                            .header_count = r->x->header_count,
                                            .body = r->x->body,
                                            .secret = hook_key(r->arena, s->hook_secret) };
    if (c->hook_check(&delivery, e)) return true;
    count(c, "refused", 1);
    return false;
}

static void keep_whole(struct request *r, struct raw_order *raw)
{
    *raw =
        (struct raw_order){ .dedupe_key = sha256_hex(r->arena, r->x->body), .payload = r->x->body };
}

/* One payload a package, so that one bad package never holds up the others. */
static size_t read_packages(struct request *r, const struct connector *c, struct raw_order **out)
{
    struct order_page page = { 0 };
    struct err why = { 0 };
    bool is_read = c->parse_orders && c->hook_dedupe &&
                   c->parse_orders(r->arena, r->x->body, r->now, &page, &why);
    struct raw_order *raws = ARENA_ARRAY(r->arena, struct raw_order, page.count + 1);
    for (size_t i = 0; is_read && i < page.count; i++) {
        const struct order *o = &page.orders[i];
        is_read = c->hook_dedupe(r->arena, o, &raws[i].dedupe_key, &why);
        raws[i].payload = o->raw.len ? o->raw : r->x->body;
    }
    *out = raws;
    if (is_read && page.count > 0) return page.count;
    if (!is_read) count(c, "unreadable", 1);
    keep_whole(r, &raws[0]);
    return 1;
}

static bool receive(struct request *r, struct err *e)
{
    struct store s;
    const struct connector *c;
    struct raw_order *raws;
    size_t news = 0;
    if (!find_store(r, &s, &c, e) || !is_theirs(r, &s, c, e)) return false;
    if (!r->x->body.len) return err_set(e, ERR_INVALID, "body.missing", "the callback has no body");
    size_t total = read_packages(r, c, &raws);
    for (size_t i = 0; i < total; i++) {
        raws[i].company_id = s.company_id;
        raws[i].store_id = s.id;
        raws[i].source = STR("webhook");
        raws[i].received_at = r->now;
    }
    struct actor system = actor_system(s.company_id);
    if (!order_receive(r->service, &system, s.id, "webhook", raws, total, &news, e)) {
        count(c, "not_stored", (int64_t)total);
        return false;
    }
    count(c, "stored", (int64_t)news);
    count(c, "known", (int64_t)(total - news));
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_i64(&w, "stored", (int64_t)news);
    json_put_i64(&w, "known", (int64_t)(total - news));
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route hook_routes[] = {
    ROUTE("POST", "/hooks/{marketplace}/{secret}", ACCESS_PUBLIC, 0, receive),
    { 0 },
};
