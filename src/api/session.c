/* Signing in, staying signed in, signing out. */
#include "api/input.h"
#include "api/resources.h"
#include "api/session/jwt.h"
#include "service/account.h"

#define COOKIE "bedesten_refresh"
#define COOKIE_PLACE "; Path=/api/v1/session; HttpOnly; SameSite=Strict"
#define USER_AGENT_MOST 200
#define EMAIL_MOST 254
#define PASSWORD_MOST 512
#define SIGNING_IN_MOST 8

static const struct {
    enum right right;
    const char *name;
} right_names[] = {
    { RIGHT_SEE, "see" },
    { RIGHT_EDIT_STOCK, "edit_stock" },
    { RIGHT_EDIT_STORES, "edit_stores" },
    { RIGHT_WORK_ORDERS, "work_orders" },
    { RIGHT_SEE_CALLS, "see_calls" },
    { RIGHT_RETRY_JOBS, "retry_jobs" },
    { RIGHT_SEE_BUYERS, "see_buyers" },
};

static void put_me(struct json_writer *w, const char *key, const struct api *a,
                   const struct user *u, unsigned rights)
{
    json_open_object(w, key);
    json_put_id(w, "id", u->id);
    json_put_text(w, "name", u->name);
    json_put_text(w, "email", u->email);
    json_put_cstr(w, "role", role_name(u->role));
    json_open_array(w, "rights");
    for (size_t i = 0; i < sizeof right_names / sizeof *right_names; i++)
        if (rights & right_names[i].right) json_put_cstr(w, NULL, right_names[i].name);
    json_close_array(w);
    json_open_object(w, "company");
    json_put_id(w, "id", u->company_id);
    json_put_text(w, "name", u->company_name);
    json_close_object(w);
    json_put_text(w, "environment", a->options.environment);
    json_put_cstr(w, "version", a->options.version);
    json_close_object(w);
}

/* ---- The cookie ---- */

static void set_cookie(struct request *r, str value, int64_t life_s)
{
    const char *secure = r->api->options.is_secure ? "; Secure" : "";
    http_reply_header(r->x, "Set-Cookie",
                      str_print(r->arena, COOKIE "=%.*s; Max-Age=%lld" COOKIE_PLACE "%s",
                                STR_ARG(value), (long long)life_s, secure));
}

static bool reply_session(struct request *r, const struct signed_in *in, struct err *e)
{
    struct jwt_claims claims = { .user_id = in->user.id,
                                 .session_id = in->session_id,
                                 .expires_at = r->now + JWT_LIFE };
    str token;
    if (claims.expires_at > in->expires_at) claims.expires_at = in->expires_at;
    if (!jwt_sign(r->api->key, r->arena, &claims, r->now, &token, e)) return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "access_token", token);
    json_put_time(&w, "expires_at", claims.expires_at);
    put_me(&w, "user", r->api, &in->user, role_rights(in->user.role));
    json_close_object(&w);
    set_cookie(r, in->refresh_token, (in->expires_at - r->now) / 1000);
    return reply_json(r, 200, &w);
}

/* ---- The routes ---- */

/* Hashing is slow by intent and a few at a time: who would have to wait long is sent away, so that a
 * flood of passwords leaves threads for everything else. */
static bool sign_in_soon(struct request *r, str email, str password, struct signed_in *out,
                         struct err *e)
{
    str agent = http_header(r->x->headers, r->x->header_count, "User-Agent");
    bool is_in = false;
    if (atomic_fetch_add(&r->api->signing_in, 1) >= SIGNING_IN_MOST)
        err_set(e, ERR_RATE_LIMITED, "session.busy",
                "many people are signing in: try again in a moment");
    else
        is_in = account_sign_in(r->service, r->arena, email, password,
                                str_cut(agent, 0, USER_AGENT_MOST), r->x->remote_address, out, e);
    atomic_fetch_sub(&r->api->signing_in, 1);
    return is_in;
}

static bool sign_in(struct request *r, struct err *e)
{
    struct input in;
    struct signed_in signed_in;
    if (!auth_same_origin(r->x, e) || !input_open(r->x, &in, e)) return false;
    str email = input_text(&in, "email", REQUIRED, 1, EMAIL_MOST);
    str password = input_raw_text(&in, "password", REQUIRED, PASSWORD_MOST);
    if (!input_end(&in)) return false;
    return sign_in_soon(r, email, password, &signed_in, e) && reply_session(r, &signed_in, e);
}

static bool show_session(struct request *r, struct err *e)
{
    (void)e;
    struct json_writer w = json_writer(r->arena);
    put_me(&w, NULL, r->api, &r->user, r->actor.rights);
    return reply_json(r, 200, &w);
}

static bool sign_out(struct request *r, struct err *e)
{
    if (!account_sign_out(r->service, r->session_id, e)) return false;
    live_end_session(r->api->live, r->session_id);
    set_cookie(r, (str){ 0 }, 0);
    return reply_empty(r);
}

static bool refresh(struct request *r, struct err *e)
{
    struct signed_in signed_in;
    str token = http_cookie(r->x, COOKIE);
    if (!auth_same_origin(r->x, e)) return false;
    if (!token.len) return err_set(e, ERR_SIGNED_OUT, "session.needed", "sign in first");
    if (account_refresh(r->service, r->arena, token, &signed_in, e))
        return reply_session(r, &signed_in, e);
    if (e->kind == ERR_SIGNED_OUT) set_cookie(r, (str){ 0 }, 0);
    return false;
}

static bool make_ticket(struct request *r, struct err *e)
{
    str ticket;
    if (!live_ticket(r, &ticket, e)) return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "ticket", ticket);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route session_routes[] = {
    ROUTE("POST", "/api/v1/session", ACCESS_PUBLIC, 0, sign_in),
    ROUTE("GET", "/api/v1/session", ACCESS_PERSON, 0, show_session),
    ROUTE("DELETE", "/api/v1/session", ACCESS_PERSON, 0, sign_out),
    ROUTE("POST", "/api/v1/session/refresh", ACCESS_PUBLIC, 0, refresh),
    { .method = "POST",
      .pattern = "/api/v1/session/ticket",
      .handle = api_handle,
      .facts =
          &(const struct route_facts){
              .access = ACCESS_PERSON,
              .right = RIGHT_SEE,
              .run = make_ticket,
              .is_never_kept = true,
          } },
    { 0 },
};
