/*
 * remote.h: a command's call of the API: over the control socket when a server runs, else in this
 * process under the database's lock. Either way the same routes answer, as the system.
 */
#ifndef MAIN_REMOTE_H
#define MAIN_REMOTE_H

#include "base/json.h"
#include "main/command.h"

struct remote;
/* What a command finds where --db points: only those that begin a house make one. */
enum house_wanted { HOUSE_MUST_EXIST, HOUSE_MAY_BE_MADE };
struct remote *remote_open(const struct config *c, enum house_wanted wanted, struct err *e);
void remote_close(struct remote *r);
AUTO_CLOSE(remote, remote_close)

/* body empty: none. A problem+json answer becomes the error it describes. */
bool remote_call(struct remote *r, struct arena *a, const char *method, str path, str body,
                 const struct json **reply, struct err *e);

/* Asks for a path and gives the `items` of the reply, or prints them with --json (then *items is NULL
 * and nothing is left to do). */
bool remote_list(struct arguments *args, struct arena *a, str path, const struct json **items,
                 struct err *e);

/* A reply as one line of JSON on standard output. */
void remote_print(struct arena *a, const struct json *v);

/* Whether a server answers at the control socket. A socket file that nobody answers is left over from
 * a process that died. */
bool remote_answers(const char *socket_path);

#endif
