#include <string.h>

#include "api/inside.h"
#include "api/session/jwt.h"
#include "service/account.h"

/* ---- Who asks ---- */

static bool enter_as_system(struct request *r, struct err *e)
{
    int64_t company = 0;
    if (!company_repo_first(r->service->db, r->arena, &company, e)) return false;
    r->actor = actor_system(company);
    r->actor.role = ROLE_SUPER_ADMIN;
    return true;
}

static bool enter_as_user(struct request *r, struct err *e)
{
    struct jwt_claims claims;
    str scheme, token;
    str header = http_header(r->x->headers, r->x->header_count, "Authorization");
    if (!str_split(header, ' ', &scheme, &token) || !str_eq_nocase(scheme, STR("Bearer")))
        return err_set(e, ERR_SIGNED_OUT, "session.needed", "sign in first");
    if (!jwt_check(r->api->key, r->arena, str_trim(token), r->now, &claims, e)) return false;
    if (!account_actor(r->service, r->arena, claims.session_id, &r->actor, &r->user, e))
        return false;
    if (r->user.id != claims.user_id)
        return err_set(e, ERR_SIGNED_OUT, "session.token", "the access token is not ours: sign in");
    r->session_id = claims.session_id;
    return true;
}

/* ---- Whether he may ---- */

static bool forbid(struct err *e, const char *what)
{
    return err_set(e, ERR_FORBIDDEN, "route.forbidden", "this is for %s", what);
}

static bool may_enter(const struct request *r, const struct route_facts *f, struct err *e)
{
    enum role role = r->actor.role;
    bool is_local = r->x->is_local_socket;
    switch (f->access) {
    case ACCESS_PERSON:
        if (r->user.id) break;
        return err_set(e, ERR_SIGNED_OUT, "session.needed", "the system has no session");
    case ACCESS_ADMIN:
        if (is_local || role == ROLE_ADMIN || role == ROLE_SUPER_ADMIN) break;
        return forbid(e, "administrators");
    case ACCESS_OWNER:
        if (is_local || role == ROLE_SUPER_ADMIN) break;
        return forbid(e, "the installation's owner");
    case ACCESS_CONTROL:
        if (is_local) break;
        return forbid(e, "commands on the server itself");
    default:
        break;
    }
    if ((r->actor.rights & f->right) == f->right) return true;
    return err_set(e, ERR_FORBIDDEN, "right.missing", "your role has no right to do this");
}

bool auth_enter(struct request *r, const struct route_facts *f, struct err *e)
{
    if (f->access == ACCESS_PUBLIC) return true;
    if (f->access == ACCESS_LOOPBACK)
        return auth_is_loopback(r->x) || forbid(e, "programs on the server itself");
    bool is_in = r->x->is_local_socket ? enter_as_system(r, e) : enter_as_user(r, e);
    return is_in && may_enter(r, f, e);
}

/* ---- Where from ---- */

bool auth_is_loopback(const struct http_exchange *x)
{
    static const char *const proxied[] = { "X-Forwarded-For", "Forwarded", "X-Real-IP" };
    for (size_t i = 0; i < sizeof proxied / sizeof *proxied; i++)
        if (http_header(x->headers, x->header_count, proxied[i]).len) return false;
    return x->is_local_socket || str_starts(x->remote_address, STR("127.")) ||
           str_eq(x->remote_address, STR("::1"));
}

static str without_scheme(str origin)
{
    const char *slashes = origin.len > 3 ? memmem(origin.at, origin.len, "://", 3) : NULL;
    if (!slashes) return (str){ 0 };
    return str_cut(origin, (size_t)(slashes - origin.at) + 3, origin.len);
}

bool auth_same_origin(const struct http_exchange *x, struct err *e)
{
    str site = http_header(x->headers, x->header_count, "Sec-Fetch-Site");
    str origin = http_header(x->headers, x->header_count, "Origin");
    str host = http_header(x->headers, x->header_count, "Host");
    bool is_own_site = !site.len || str_eq(site, STR("same-origin"));
    bool is_own_host = !origin.len || (host.len && str_eq_nocase(without_scheme(origin), host));
    if (is_own_site && is_own_host) return true;
    return err_set(e, ERR_FORBIDDEN, "session.origin",
                   "this request comes from another site's page");
}
