/* What a seller does with an order: asked for here, done by the worker, and told back here. */
#include "db/db.h"
#include "repo/trace_repo.h"
#include "service/order.h"
#include "service/unit.h"

static str payload_of(struct arena *a, const struct stored_order *o, const struct stored_package *p,
                      enum order_action action, str invoice_number)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_id(&w, "order_id", o->id);
    json_put_text(&w, "package_id", p->remote_package_id);
    json_put_cstr(&w, "action", order_action_name(action));
    json_put_text(&w, "invoice_number", invoice_number);
    json_close_object(&w);
    return json_written(&w);
}

static bool add_job(struct service *s, struct arena *a, const struct stored_order *o,
                    const struct stored_package *p, enum order_action action, str payload,
                    int64_t *job_id, struct err *e)
{
    struct job_request r = { .company_id = o->company_id,
                             .store_id = o->store_id,
                             .kind = JOB_ORDER_ACTION,
                             .lane = LANE_NOW, /* a person waits for it */
                             .key = str_print(a, "order_action:%lld:%s", (long long)p->id,
                                              order_action_name(action)),
                             .payload = payload };
    return queue_add(s->queue, &r, job_id, e);
}

static bool note_action(struct service *s, const struct actor *by, int64_t order_id,
                        const char *kind, str detail, int64_t call_id, struct err *e)
{
    struct order_event ev = { .order_id = order_id,
                              .user_id = by->user_id,
                              .call_id = call_id,
                              .at = clock_now(s->clock),
                              .kind = kind,
                              .detail = detail };
    return order_event_add(s->db, by, &ev, e);
}

static bool wrong_state(const struct stored_order *o, enum order_action action, struct err *e)
{
    err_set(e, ERR_CONFLICT, "order.wrong_state",
            "order %.*s is %s: no package of it can take '%s'", STR_ARG(o->remote_number),
            order_status_name(o->status), order_action_name(action));
    err_arg(e, "number", o->remote_number);
    return err_arg(e, "status", str_from(order_status_name(o->status)));
}

bool order_action(struct service *s, const struct actor *by, int64_t order_id,
                  enum order_action action, str invoice_number, int64_t *job_id, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct stored_order o;
    int64_t job = 0;
    if (!order_repo_find(s->db, a, by, order_id, &o, e)) return false;
    for (size_t i = 0; i < o.package_count; i++) {
        const struct stored_package *p = &o.packages[i];
        if (!order_may(p->status, action)) continue;
        str payload = payload_of(a, &o, p, action, invoice_number);
        if (!add_job(s, a, &o, p, action, payload, &job, e)) return false;
        if (!note_action(s, by, o.id, "action", payload, 0, e)) return false;
    }
    if (!job) return wrong_state(&o, action, e);
    str detail = payload_of(a, &o, &o.packages[0], action, invoice_number);
    if (!unit_audit(s, by, "order.action", "order", o.id, detail, e)) return false;
    if (!db_commit(&tx, e)) return false;
    *job_id = job;
    return true;
}

static struct stored_package *find_package(struct stored_order *o, str remote_id)
{
    for (size_t i = 0; i < o->package_count; i++)
        if (str_eq(o->packages[i].remote_package_id, remote_id)) return &o->packages[i];
    return NULL;
}

/* The package's lines and parts go with it; cancelled ones stay as they are. */
static bool save_lines(struct service *s, const struct actor *by, struct stored_order *o,
                       const struct stored_package *p, struct err *e)
{
    for (size_t i = 0; i < o->line_count; i++) {
        struct stored_line *l = &o->lines[i];
        if (l->package_id != p->id || l->line.is_cancelled) continue;
        l->line.status = p->status;
        if (!order_repo_save_line(s->db, by, o, l, e)) return false;
    }
    for (size_t i = 0; i < o->part_count; i++) {
        struct order_part *part = &o->parts[i];
        if (o->packages[part->package].id != p->id || part->is_cancelled) continue;
        part->status = p->status;
        if (!order_repo_save_part(s->db, by, o, part, e)) return false;
    }
    return true;
}

static bool save_after(struct service *s, struct arena *a, const struct actor *by,
                       struct stored_order *o, struct stored_package *p, struct err *e)
{
    enum order_status *packages = ARENA_ARRAY(a, enum order_status, o->package_count);
    for (size_t i = 0; i < o->package_count; i++) packages[i] = o->packages[i].status;
    o->status = order_status_of(packages, o->package_count);
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_text(&w, "number", o->remote_number);
    json_put_cstr(&w, "status", order_status_name(o->status));
    json_close_object(&w);
    return order_repo_save_package(s->db, by, o, p, e) && save_lines(s, by, o, p, e) &&
           order_repo_save(s->db, a, s->keys, by, o, e) &&
           event_repo_add(s->db, by, o->store_id, "order.changed", o->id, json_written(&w),
                          clock_now(s->clock), e);
}

/* News that came while the marketplace was asked may stand further along already: then only the time
 * line says that the action was accepted. */
bool order_action_done(struct service *s, const struct actor *by, int64_t order_id,
                       str remote_package_id, enum order_action action, int64_t call_id,
                       struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct stored_order o;
    if (!order_repo_find(s->db, a, by, order_id, &o, e)) return false;
    struct stored_package *p = find_package(&o, remote_package_id);
    if (!p) return err_set(e, ERR_NOT_FOUND, "order.not_found", "the order has no such package");
    if (order_may(p->status, action)) {
        p->status = order_after(action);
        if (!save_after(s, a, by, &o, p, e)) return false;
    }
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "action", order_action_name(action));
    json_put_text(&w, "package", remote_package_id);
    json_close_object(&w);
    if (!note_action(s, by, o.id, "action_done", json_written(&w), call_id, e)) return false;
    unit_ring(s);
    return db_commit(&tx, e);
}
