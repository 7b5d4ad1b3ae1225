/*
 * live_tickets.h: tickets for live sockets: a browser cannot send a token with a WebSocket, so it brings
 * a word that is good once and for half a minute.
 *
 * Memory   a fixed number of places in this process; nothing is stored.
 * Threads  any.
 */
#ifndef API_LIVE_TICKETS_H
#define API_LIVE_TICKETS_H

#include "base/err.h"

#define LIVE_SESSION_SIZE 64

struct live_tickets;
struct live_tickets *live_tickets_new(void);
void live_tickets_free(struct live_tickets *t);

/* ERR_UNAVAILABLE "live.busy": too many wait. */
bool live_tickets_make(struct live_tickets *t, struct arena *a, str session_id, str *ticket,
                       struct err *e);
/* It is gone whether or not the socket comes to be. */
bool live_tickets_take(struct live_tickets *t, str text, char session_id[LIVE_SESSION_SIZE]);
void live_tickets_end(struct live_tickets *t, str session_id);

#endif
