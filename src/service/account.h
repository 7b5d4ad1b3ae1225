/*
 * account.h: users sign in and keep their sessions.
 */
#ifndef SERVICE_ACCOUNT_H
#define SERVICE_ACCOUNT_H

#include "repo/people_repo.h"
#include "service/service.h"

struct new_user {
    str email, name, password;
    str company; /* of this name, made when missing; empty: the first one, or "Bedesten" */
    enum role role;
};
/* "user.taken", "user.email", "user.password" (at least 10 characters). */
bool account_add(struct service *s, const struct new_user *u, int64_t *id, struct err *e);

struct signed_in {
    struct user user;
    str session_id, refresh_token;
    utc_ms expires_at;
};
/* ERR_SIGNED_OUT "session.wrong" whatever was wrong; ERR_RATE_LIMITED "session.locked" after ten
 * failures, growing. */
bool account_sign_in(struct service *s, struct arena *a, str email, str password, str user_agent,
                     str address, struct signed_in *out, struct err *e);
/* Rotates. The previous token within 30 s of a rotation is a lost reply, or another tab's, and gets
 * the same answer again; later it is reuse: the session ends ("session.reused"). */
bool account_refresh(struct service *s, struct arena *a, str refresh_token, struct signed_in *out,
                     struct err *e);
bool account_sign_out(struct service *s, str session_id, struct err *e);
/* Session, user and grants as they are now: read at each request. */
bool account_actor(struct service *s, struct arena *a, str session_id, struct actor *out,
                   struct user *user, struct err *e);

#endif
