/*
 * Accepted sockets and the one sweeper that ends what is late: MHD's own timeout begins anew with
 * each byte, so a client that drips would stay for ever. The sweeper only shuts a descriptor down,
 * under the lock that connection_end() takes before MHD closes it; MHD then sees the end of it.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_inside.h"

#define LINGER_MS 2000

/* ---- How many of one address ---- */

/* The address as text; false for loopback and Unix sockets, which are not counted. */
static bool address_text(const struct sockaddr *address, char out[ADDRESS_SIZE])
{
    out[0] = '\0';
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &v4->sin_addr, out, ADDRESS_SIZE);
        return (ntohl(v4->sin_addr.s_addr) >> 24) != 127;
    }
    if (address->sa_family == AF_INET6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(v6)) {
            inet_ntop(AF_INET, &v6->s6_addr[12], out, ADDRESS_SIZE);
            return v6->s6_addr[12] != 127;
        }
        inet_ntop(AF_INET6, v6, out, ADDRESS_SIZE);
        return !IN6_IS_ADDR_LOOPBACK(v6);
    }
    return false;
}

static struct address_count **find_count(struct connections *c, const char *address)
{
    uint32_t hash = 2166136261u;
    for (const char *p = address; *p; p++) hash = (hash ^ (unsigned char)*p) * 16777619u;
    struct address_count **at = &c->counts[hash % ADDRESS_BUCKETS];
    while (*at && strcmp((*at)->address, address) != 0) at = &(*at)->next;
    return at;
}

bool connections_admit(struct connections *c, const struct sockaddr *address)
{
    char text[ADDRESS_SIZE];
    if (!address_text(address, text)) return true;
    pthread_mutex_lock(&c->lock);
    const struct address_count *count = *find_count(c, text);
    bool has_room = !count || count->connections < c->per_address_limit;
    pthread_mutex_unlock(&c->lock);
    return has_room;
}

static void count_up(struct connections *c, const char *address)
{
    struct address_count **at = find_count(c, address);
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (!*at) abort();
        memcpy((*at)->address, address, ADDRESS_SIZE);
    }
    (*at)->connections++;
}

static void count_down(struct connections *c, const char *address)
{
    struct address_count **at = find_count(c, address), *count = *at;
    assert(count); /* count_up() made it */
    if (--count->connections > 0) return;
    *at = count->next;
    free(count);
}

/* ---- Connections ---- */

void connection_deadline(struct connection *connection, int64_t in_ms)
{
    atomic_store(&connection->deadline_ms, in_ms > 0 ? mono_ms() + in_ms : 0);
}

struct connection *connection_new(struct connections *c, int fd, const struct sockaddr *address,
                                  int head_timeout_ms)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection) abort();
    int on = 1;
    connection->fd = fd;
    connection->is_fresh = true;
    connection->is_counted = address_text(address, connection->address);
    connection->is_local = address->sa_family == AF_UNIX;
    if (!connection->is_local) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection_deadline(connection, head_timeout_ms);
    pthread_mutex_lock(&c->lock);
    if (connection->is_counted) count_up(c, connection->address);
    connection->next = c->all;
    connection->holder = &c->all;
    if (c->all) c->all->holder = &connection->next;
    c->all = connection;
    pthread_mutex_unlock(&c->lock);
    return connection;
}

/* Closing a socket with unread bytes resets it, and the client may lose the reply that says why.
 * So a copy of the descriptor is kept, and read until the client has seen the end. */
static void let_linger(struct connections *c, int fd)
{
    if (c->lingering_count == LINGER_MAX || c->is_stopping) return;
    int copy = dup(fd);
    if (copy < 0) return;
    shutdown(copy, SHUT_WR);
    c->lingering[c->lingering_count++] = (struct lingering){ copy, mono_ms() + LINGER_MS };
    eventfd_write(c->wake_fd, 1);
}

void connection_end(struct connections *c, struct connection *connection)
{
    pthread_mutex_lock(&c->lock);
    if (connection->lingers) let_linger(c, connection->fd);
    if (connection->is_counted) count_down(c, connection->address);
    *connection->holder = connection->next;
    if (connection->next) connection->next->holder = connection->holder;
    pthread_mutex_unlock(&c->lock);
    free(connection);
}

void connections_end_idle(struct connections *c)
{
    pthread_mutex_lock(&c->lock);
    for (struct connection *k = c->all; k; k = k->next)
        if (atomic_load(&k->is_idle)) shutdown(k->fd, SHUT_RDWR);
    pthread_mutex_unlock(&c->lock);
}

/* ---- The sweeper ---- */

static void end_late(struct connections *c)
{
    int64_t now = mono_ms();
    for (struct connection *k = c->all; k; k = k->next) {
        int64_t deadline = atomic_load(&k->deadline_ms);
        if (deadline == 0 || now < deadline) continue;
        shutdown(k->fd, SHUT_RDWR);
        atomic_store(&k->deadline_ms, 0);
    }
}

/* True when the client has closed, or took too long. */
static bool read_away(const struct lingering *l)
{
    char away[4096];
    ssize_t got;
    do got = recv(l->fd, away, sizeof away, MSG_DONTWAIT);
    while (got > 0);
    bool is_waiting = got < 0 && (errno == EAGAIN || errno == EINTR);
    return !is_waiting || mono_ms() >= l->until_ms;
}

static void end_lingering(struct connections *c, bool all)
{
    for (size_t i = 0; i < c->lingering_count;) {
        if (all || read_away(&c->lingering[i])) {
            close(c->lingering[i].fd);
            c->lingering[i] = c->lingering[--c->lingering_count];
        } else {
            i++;
        }
    }
}

static void *sweep(void *user)
{
    struct connections *c = user;
    bool goes_on = true;
    while (goes_on) {
        struct pollfd fds[LINGER_MAX + 1] = { { .fd = c->wake_fd, .events = POLLIN } };
        nfds_t count = 1;
        pthread_mutex_lock(&c->lock);
        for (size_t i = 0; i < c->lingering_count; i++)
            fds[count++] = (struct pollfd){ .fd = c->lingering[i].fd, .events = POLLIN };
        pthread_mutex_unlock(&c->lock);
        poll(fds, count, c->tick_ms);
        eventfd_t wakes;
        if (fds[0].revents) eventfd_read(c->wake_fd, &wakes);
        pthread_mutex_lock(&c->lock);
        goes_on = !c->is_stopping;
        end_late(c);
        end_lingering(c, !goes_on);
        pthread_mutex_unlock(&c->lock);
    }
    return NULL;
}

bool connections_start(struct connections *c, int per_address_limit, int tick_ms, struct err *e)
{
    pthread_mutex_init(&c->lock, NULL);
    c->per_address_limit = per_address_limit;
    c->tick_ms = tick_ms;
    c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    c->has_sweeper = c->wake_fd >= 0 && pthread_create(&c->sweeper, NULL, sweep, c) == 0;
    return c->has_sweeper || err_set(e, ERR_UNAVAILABLE, "net.no_threads",
                                     "the HTTP server could not start a thread");
}

void connections_stop(struct connections *c)
{
    if (c->has_sweeper) {
        pthread_mutex_lock(&c->lock);
        c->is_stopping = true;
        eventfd_write(c->wake_fd, 1);
        pthread_mutex_unlock(&c->lock);
        pthread_join(c->sweeper, NULL);
    }
    if (c->wake_fd >= 0) close(c->wake_fd);
    pthread_mutex_destroy(&c->lock);
}
