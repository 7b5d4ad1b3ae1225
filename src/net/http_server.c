#include "net/http_server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "net/http_inside.h"

#define CONNECTION_MEMORY ((size_t)16 << 10)
#define SILENCE_S 120u /* MHD's own: of a client that neither reads nor writes */
#define PEM_LIMIT ((size_t)1 << 20)
#define QUEUED_PER_THREAD 32

/* ---- Options ---- */

static int or_default(int given, int fallback)
{
    return given > 0 ? given : fallback;
}

static void fill_options(struct http_server *s, const struct http_server_options *o)
{
    s->options = *o;
    s->options.handler_threads = or_default(o->handler_threads, 32);
    s->options.connection_limit = or_default(o->connection_limit, 4096);
    s->options.per_address_limit = or_default(o->per_address_limit, 512);
    s->options.head_timeout_ms = or_default(o->head_timeout_ms, 10000);
    s->options.body_timeout_ms = or_default(o->body_timeout_ms, 10000);
    s->options.idle_timeout_ms = or_default(o->idle_timeout_ms, 60000);
    s->options.ws_ping_ms = or_default(o->ws_ping_ms, 30000);
    s->options.unix_socket = NULL; /* ours once it is bound: then it is removed at the end */
}

/* A late connection is ended within a quarter of its deadline, at the latest after 250 ms. */
static int sweep_every_ms(const struct http_server_options *o)
{
    int shortest = o->head_timeout_ms;
    if (o->body_timeout_ms < shortest) shortest = o->body_timeout_ms;
    if (o->idle_timeout_ms < shortest) shortest = o->idle_timeout_ms;
    int tick = shortest / 4;
    return tick < 10 ? 10 : tick > 250 ? 250 : tick;
}

static bool read_pem(const char *path, char **out, struct err *e)
{
    FILE *f = fopen(path, "re");
    char *text = calloc(1, PEM_LIMIT + 1);
    if (!text) abort();
    size_t len = f ? fread(text, 1, PEM_LIMIT, f) : 0;
    int why = errno;
    if (f) fclose(f);
    *out = text;
    if (f && len > 0 && len < PEM_LIMIT) return true;
    err_set(e, ERR_INVALID, "net.tls_file", "cannot read the TLS file %s: %s", path,
            f ? "empty or too large" : strerror(why));
    return err_arg(e, "path", str_from(path));
}

/* ---- Listeners ---- */

static enum MHD_Result on_accept(void *server, const struct sockaddr *address, socklen_t size)
{
    struct http_server *s = server;
    (void)size;
    return connections_admit(&s->connections, address) ? MHD_YES : MHD_NO;
}

static void on_connection(void *server, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = server;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context) connection_end(&s->connections, *context);
        *context = NULL;
        return;
    }
    int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    struct connection *connection =
        connection_new(&s->connections, fd, address, s->options.head_timeout_ms);
    *context = connection;
    if (connection->is_local && !peer_is_us(fd)) {
        connection->is_refused = true;
        shutdown(fd, SHUT_RDWR);
    }
}

__attribute__((format(printf, 2, 0))) static void on_log(void *server, const char *format,
                                                         va_list args)
{
    char line[256];
    (void)server;
    vsnprintf(line, sizeof line, format, args);
    log_debug("http server", LOG_TEXT("says", str_trim(str_from(line))));
}

static struct MHD_Daemon *start_daemon(struct http_server *s, int fd, unsigned threads,
                                       const struct MHD_OptionItem *more, unsigned flags)
{
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                                MHD_ALLOW_UPGRADE | MHD_USE_ITC | MHD_USE_ERROR_LOG | flags,
                            0, on_accept, s, request_goes_on, s,   /* */
                            MHD_OPTION_EXTERNAL_LOGGER, on_log, s, /* first */
                            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK,
                            request_begins, s, MHD_OPTION_NOTIFY_COMPLETED, request_ends, s, /* */
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,                  /* */
                            MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)s->options.connection_limit,                 /* */
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, /* */
                            MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S,              /* */
                            MHD_OPTION_THREAD_POOL_SIZE, threads,                  /* */
                            MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

static unsigned network_threads(const struct http_server *s)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long threads = cores < 2 ? 2 : cores > 8 ? 8 : cores;
    return threads > s->options.connection_limit ? 1 : (unsigned)threads;
}

static bool refuse_start(struct err *e)
{
    return err_set(e, ERR_UNAVAILABLE, "net.start_failed",
                   "the HTTP server did not start: look at its TLS files, at the limit of open "
                   "files and of threads");
}

static bool listen_tcp(struct http_server *s, const struct http_server_options *o, struct err *e)
{
    bool is_plain = !o->tls_certificate;
    if (!is_plain && (!read_pem(o->tls_certificate, &s->tls_certificate, e) ||
                      !read_pem(o->tls_key, &s->tls_key, e)))
        return false;
    int fd = listen_on_address(o->listen, is_plain, o->allow_plain_beyond_loopback, &s->port, e);
    if (fd < 0) return false;
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, s->tls_certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, s->tls_key },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
        { MHD_OPTION_END, 0, NULL },
    };
    const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
    s->tcp =
        start_daemon(s, fd, network_threads(s), is_plain ? none : tls, is_plain ? 0 : MHD_USE_TLS);
    if (s->tcp) return true;
    close(fd);
    return refuse_start(e);
}

static bool listen_local(struct http_server *s, const struct http_server_options *o, struct err *e)
{
    const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
    int fd = listen_on_path(o->unix_socket, e);
    if (fd < 0) return false;
    s->options.unix_socket = strdup(o->unix_socket);
    if (!s->options.unix_socket) abort();
    s->local = start_daemon(s, fd, 1, none, 0);
    if (s->local) return true;
    close(fd);
    return refuse_start(e);
}

/* ---- Start and stop ---- */

static bool start(struct http_server *s, const struct http_server_options *o, struct err *e)
{
    const struct http_server_options *full = &s->options;
    size_t queue = (size_t)full->handler_threads * QUEUED_PER_THREAD;
    if (!connections_start(&s->connections, full->per_address_limit, sweep_every_ms(full), e) ||
        !pool_start(&s->pool, full->handler_threads, queue, e))
        return false;
    s->sockets = ws_loop_start(full->ws_ping_ms, e);
    if (!s->sockets) return false;
    return (!o->listen || listen_tcp(s, o, e)) && (!o->unix_socket || listen_local(s, o, e));
}

struct http_server *http_server_start(const struct http_server_options *o, struct err *e)
{
    if (!o->tls_certificate != !o->tls_key) {
        err_set(e, ERR_INVALID, "net.tls_file",
                "a TLS certificate needs its key, and a key its certificate");
        return NULL;
    }
    struct http_server *s = calloc(1, sizeof *s);
    if (!s) abort();
    fill_options(s, o);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->fewer, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (start(s, o, e)) return s;
    http_server_stop(s, 0);
    return NULL;
}

int http_server_port(const struct http_server *s)
{
    return s->port;
}

static void stop_accepting(struct http_server *s)
{
    struct MHD_Daemon *daemons[] = { s->tcp, s->local };
    if (s->options.unix_socket) unlink(s->options.unix_socket);
    for (size_t i = 0; i < 2; i++) {
        MHD_socket fd = daemons[i] ? MHD_quiesce_daemon(daemons[i]) : MHD_INVALID_SOCKET;
        if (fd != MHD_INVALID_SOCKET) close(fd);
    }
}

static void wait_for_running(struct http_server *s, int64_t wait_ms)
{
    int64_t until_ms = mono_ms() + wait_ms;
    struct timespec until = { .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000 };
    pthread_mutex_lock(&s->lock);
    while (s->running > 0)
        if (pthread_cond_timedwait(&s->fewer, &s->lock, &until) == ETIMEDOUT) break;
    pthread_mutex_unlock(&s->lock);
}

static void release(struct http_server *s)
{
    if (s->tls_key) explicit_bzero(s->tls_key, PEM_LIMIT);
    free(s->tls_key);
    free(s->tls_certificate);
    free((char *)s->options.unix_socket);
    pthread_cond_destroy(&s->fewer);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void http_server_stop(struct http_server *s, int wait_ms)
{
    int64_t until_ms = mono_ms() + wait_ms;
    atomic_store(&s->is_draining, true);
    stop_accepting(s);
    connections_end_idle(&s->connections);
    wait_for_running(s, wait_ms);
    int64_t left_ms = until_ms - mono_ms();
    left_ms = left_ms < 1000 ? 1000 : left_ms > 5000 ? 5000 : left_ms;
    if (s->sockets) ws_loop_stop(s->sockets, (int)left_ms);
    pool_stop(&s->pool);      /* a handler that runs on is waited for: it uses our memory */
    wait_for_running(s, 500); /* its reply */
    if (s->tcp) MHD_stop_daemon(s->tcp);
    if (s->local) MHD_stop_daemon(s->local);
    if (s->sockets) ws_loop_free(s->sockets);
    connections_stop(&s->connections);
    release(s);
}
