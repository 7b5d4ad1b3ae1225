/*
 * hooks.c: keeps our webhook registered and active: marketplaces switch it off silently.
 */
#include "base/log.h"
#include "domain/hook.h"
#include "service/store.h"
#include "work/run.h"

#define PURPOSE "hooks"

static bool told(struct run *r, bool is_ok, str result, struct err *e)
{
    return store_ran(r->service, &r->by, r->store.id, PURPOSE, is_ok, result, (str){ 0 }, e);
}

static bool register_anew(struct run *r, str url, struct err *e)
{
    str remote_id;
    if (!r->connector->register_hook(&r->visit, url, hook_key(r->arena, r->store.hook_secret),
                                     &remote_id, e))
        return false;
    log_info("webhook registered", LOG_INT("store", r->store.id), LOG_TEXT("id", remote_id));
    return store_hooked(r->service, &r->by, r->store.id, remote_id, e) &&
           told(r, true, STR("registered"), e);
}

bool job_hooks(struct run *r, struct err *e)
{
    struct hook_list list = { 0 };
    if (!r->connector->register_hook) return true;
    if (!r->work->options.public_url.len)
        return told(r, true,
                    STR("no public address is set (public_url): orders come by polling only"), e);
    str url =
        hook_url(r->arena, r->work->options.public_url, r->store.marketplace, r->store.hook_secret);
    if (!r->connector->list_hooks(&r->visit, &list, e)) return false;
    bool is_there = false;
    for (size_t i = 0; i < list.count; i++) {
        const struct hook *h = &list.hooks[i];
        bool is_our_id =
            r->store.hook_remote_id.len && str_eq(h->remote_id, r->store.hook_remote_id);
        if (!is_our_id && !str_eq(h->url, url)) continue;
        if (is_our_id && h->is_active && str_eq(h->url, url) && !is_there) {
            is_there = true; /* the key it carries is the one we gave it */
            continue;
        }
        if (!r->connector->delete_hook(&r->visit, h->remote_id, e)) return false;
        log_warning("webhook was switched off or not ours any more; registered anew",
                    LOG_INT("store", r->store.id));
    }
    return is_there ? told(r, true, STR("active"), e) : register_anew(r, url, e);
}
