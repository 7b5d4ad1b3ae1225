#include "service/account.h"

#include "service/unit.h"

#define PASSWORD_LEAST 10  /* characters */
#define PASSWORD_MOST 1024 /* bytes: what is hashed is bounded */
#define EMAIL_MOST 254
#define SESSION_LASTS (30 * UTC_DAY) /* without a refresh */
#define LOST_REPLY (30 * UTC_SECOND)
#define FREE_FAILURES 10
#define LOCK_MOST UTC_HOUR

/* --- users --- */

/* Lower case in ASCII only: other letters of an address are its owner's business. */
static str fold_email(struct arena *a, str email)
{
    str trimmed = str_copy(a, str_trim(email));
    char *at = arena_take(a, trimmed.len + 1);
    for (size_t i = 0; i < trimmed.len; i++) {
        char c = trimmed.at[i];
        at[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (str){ at, trimmed.len };
}

static bool email_check(str email, struct err *e)
{
    str name, host;
    bool is_fine = email.len <= EMAIL_MOST && str_is_utf8(email) &&
                   str_split(email, '@', &name, &host) && name.len && host.len &&
                   !str_has(host, STR("@"));
    for (size_t i = 0; i < email.len && is_fine; i++)
        is_fine = (unsigned char)email.at[i] > ' ' && email.at[i] != 0x7f;
    return is_fine || err_set(e, ERR_INVALID, "user.email", "this is no e-mail address");
}

static bool password_check(str password, struct err *e)
{
    size_t characters = 0;
    for (size_t i = 0; i < password.len; i++)
        characters += ((unsigned char)password.at[i] & 0xc0) != 0x80;
    if (characters >= PASSWORD_LEAST && password.len <= PASSWORD_MOST) return true;
    return err_set(e, ERR_INVALID, "user.password", "a password has at least %d characters",
                   PASSWORD_LEAST);
}

static bool company_for(struct service *s, struct arena *a, str name, int64_t *id, struct err *e)
{
    bool is_named = name.len > 0;
    if (!(is_named ? company_repo_named(s->db, a, name, id, e)
                   : company_repo_first(s->db, a, id, e)))
        return false;
    return *id != 0 ||
           company_repo_add(s->db, is_named ? name : STR("Bedesten"), clock_now(s->clock), id, e);
}

bool account_add(struct service *s, const struct new_user *u, int64_t *id, struct err *e)
{
    AUTO(arena) a = arena_new();
    struct user user = { .email = fold_email(a, u->email), .name = str_trim(u->name) };
    user.role = u->role;
    user.all_stores = u->role == ROLE_SUPER_ADMIN || u->role == ROLE_ADMIN;
    if (!email_check(user.email, e) || !password_check(u->password, e)) return false;
    /* Before the transaction: it takes longer than a unit may. */
    if (!password_hash(a, u->password, &user.password_hash, e)) return false;
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    if (!company_for(s, a, str_trim(u->company), &user.company_id, e) ||
        !user_repo_add(s->db, &user, clock_now(s->clock), e) || !db_commit(&tx, e))
        return false;
    *id = user.id;
    return true;
}

/* --- signing in --- */

static bool wrong(struct err *e)
{
    return err_set(e, ERR_SIGNED_OUT, "session.wrong", "e-mail address or password is wrong");
}

/* Ten tries are free, then every further one doubles the wait. */
static utc_ms locked_until(int failures, utc_ms now)
{
    if (failures < FREE_FAILURES) return 0;
    utc_ms wait = UTC_MINUTE;
    for (int i = FREE_FAILURES; i < failures && wait < LOCK_MOST; i++) wait *= 2;
    return now + (wait < LOCK_MOST ? wait : LOCK_MOST);
}

static bool locked(const struct user *u, struct err *e)
{
    err_set(e, ERR_RATE_LIMITED, "session.locked",
            "too many wrong passwords: try again later, or ask an administrator");
    if (e) e->retry_at = u->locked_until;
    return false;
}

/* Whatever is wrong takes as long as a wrong password. */
static bool password_proves(struct arena *a, const struct user *u, str password)
{
    str unused;
    bool may_match = u && !u->is_disabled && password.len <= PASSWORD_MOST;
    if (may_match) return password_matches(password, u->password_hash);
    password_hash(a, str_cut(password, 0, PASSWORD_MOST), &unused, NULL);
    return false;
}

static bool open_session(struct service *s, struct arena *a, const struct user *u, str user_agent,
                         str address, struct signed_in *out, struct err *e)
{
    utc_ms now = clock_now(s->clock);
    char id[RANDOM_ID_SIZE];
    struct signed_in in = { .user = *u,
                            .session_id = str_copy(a, str_from(random_id(id))),
                            .refresh_token = random_token(a),
                            .expires_at = now + SESSION_LASTS };
    struct session session = { .id = in.session_id,
                               .user_id = u->id,
                               .refresh_hash = sha256_hex(a, in.refresh_token),
                               .rotated_at = now,
                               .created_at = now,
                               .expires_at = in.expires_at,
                               .user_agent = str_cut(user_agent, 0, 300),
                               .address = str_cut(address, 0, 64) };
    if (!str_is_utf8(session.user_agent)) session.user_agent = STR("");
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    if (!user_repo_signed_in(s->db, u->id, e) || !session_repo_add(s->db, &session, e) ||
        !db_commit(&tx, e))
        return false;
    *out = in;
    return true;
}

bool account_sign_in(struct service *s, struct arena *a, str email, str password, str user_agent,
                     str address, struct signed_in *out, struct err *e)
{
    struct user u = { 0 };
    struct err why = { 0 };
    bool is_known = user_repo_by_email(s->db, a, fold_email(a, email), &u, &why);
    if (!is_known && why.kind != ERR_NOT_FOUND) {
        if (e) *e = why;
        return false;
    }
    utc_ms now = clock_now(s->clock);
    if (is_known && u.locked_until > now) return locked(&u, e);
    if (password_proves(a, is_known ? &u : NULL, password))
        return open_session(s, a, &u, user_agent, address, out, e);
    if (is_known &&
        !user_repo_sign_in_failed(s->db, u.id, locked_until(u.failed_sign_ins + 1, now), e))
        return false;
    return wrong(e);
}

/* --- sessions --- */

static bool ended(struct err *e)
{
    return err_set(e, ERR_SIGNED_OUT, "session.ended", "the session has ended: sign in again");
}

static bool find_user(struct service *s, struct arena *a, const struct session *session,
                      struct user *u, struct err *e)
{
    struct err why = { 0 };
    if (session->ended_at || session->expires_at <= clock_now(s->clock)) return ended(e);
    if (user_repo_find(s->db, a, session->user_id, u, &why)) return !u->is_disabled || ended(e);
    if (why.kind == ERR_NOT_FOUND) return ended(e);
    if (e) *e = why;
    return false;
}

/* A token that was rotated long ago is in two hands: neither keeps the session. */
static bool end_reused(struct service *s, const struct session *session, struct err *e)
{
    if (!session_repo_end(s->db, session->id, "reused", clock_now(s->clock), e)) return false;
    return err_set(e, ERR_SIGNED_OUT, "session.reused",
                   "this sign-in was used twice and has been ended: sign in again");
}

static str token_place(struct arena *a, const struct user *u, const struct session *session)
{
    return box_place(a, u->company_id, 0,
                     str_cstr(a, str_print(a, "refresh %.*s", STR_ARG(session->id))));
}

static bool rotate(struct service *s, struct arena *a, const struct session *session,
                   const struct user *u, struct signed_in *out, struct err *e)
{
    utc_ms now = clock_now(s->clock);
    str token = random_token(a);
    str box = box_seal(s->keys, a, token, token_place(a, u, session));
    if (!session_repo_rotate(s->db, session->id, session->refresh_hash, sha256_hex(a, token), box,
                             now, now + SESSION_LASTS, e))
        return false;
    *out = (struct signed_in){ .user = *u,
                               .session_id = session->id,
                               .refresh_token = token,
                               .expires_at = now + SESSION_LASTS };
    return true;
}

/* The reply that was lost (or went to another tab of the same browser), once more. */
static bool answer_again(struct service *s, struct arena *a, const struct session *session,
                         const struct user *u, struct signed_in *out, struct err *e)
{
    str token;
    if (!box_open(s->keys, a, session->refresh_box, token_place(a, u, session), &token, e))
        return false;
    *out = (struct signed_in){ .user = *u,
                               .session_id = session->id,
                               .refresh_token = token,
                               .expires_at = session->expires_at };
    return true;
}

static bool refresh_once(struct service *s, struct arena *a, str hash, struct signed_in *out,
                         struct err *e)
{
    struct session session = { 0 };
    struct user u = { 0 };
    struct err why = { 0 };
    if (!session_repo_by_refresh(s->db, a, hash, &session, &why)) {
        if (why.kind == ERR_NOT_FOUND) return ended(e);
        if (e) *e = why;
        return false;
    }
    if (!find_user(s, a, &session, &u, e)) return false;
    if (str_eq(hash, session.refresh_hash)) return rotate(s, a, &session, &u, out, e);
    if (clock_now(s->clock) - session.rotated_at > LOST_REPLY) return end_reused(s, &session, e);
    return answer_again(s, a, &session, &u, out, e);
}

bool account_refresh(struct service *s, struct arena *a, str refresh_token, struct signed_in *out,
                     struct err *e)
{
    struct err why = { 0 };
    str hash = sha256_hex(a, refresh_token);
    if (refresh_once(s, a, hash, out, &why)) return true;
    /* Two came at once: the slower one gets the quicker one's answer. */
    if (why.kind == ERR_CONFLICT) return refresh_once(s, a, hash, out, e);
    if (e) *e = why;
    return false;
}

bool account_sign_out(struct service *s, str session_id, struct err *e)
{
    return session_repo_end(s->db, session_id, "signed out", clock_now(s->clock), e);
}

bool account_actor(struct service *s, struct arena *a, str session_id, struct actor *out,
                   struct user *user, struct err *e)
{
    struct session session = { 0 };
    struct user u = { 0 };
    struct err why = { 0 };
    if (!session_repo_find(s->db, a, session_id, &session, &why)) {
        if (why.kind == ERR_NOT_FOUND) return ended(e);
        if (e) *e = why;
        return false;
    }
    if (!find_user(s, a, &session, &u, e)) return false;
    *out = (struct actor){ .user_id = u.id,
                           .company_id = u.company_id,
                           .role = u.role,
                           .rights = role_rights(u.role),
                           .all_stores = u.all_stores };
    if (user) *user = u;
    return true;
}
