#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/http_inside.h"

#define BACKLOG 1024

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* "127.0.0.1:8080", "localhost:0" or "[::1]:8080". */
static bool read_address(str listen, union address *out, socklen_t *size, bool *is_loopback)
{
    char host[INET6_ADDRSTRLEN];
    int64_t port;
    size_t colon = listen.len;
    while (colon > 0 && listen.at[colon - 1] != ':') colon--;
    if (colon < 2) return false;
    str name = str_cut(listen, 0, colon - 1), digits = str_cut(listen, colon, listen.len);
    if (digits.len > 5 || !str_to_i64(digits, &port) || port < 0 || port > 65535) return false;
    bool is_v6 = name.at[0] == '[' && name.at[name.len - 1] == ']';
    if (is_v6) name = str_cut(name, 1, name.len - 2);
    if (str_eq(name, STR("localhost"))) name = STR("127.0.0.1");
    if (name.len >= sizeof host) return false;
    str_fill(host, sizeof host, name);
    *out = (union address){ 0 };
    if (is_v6) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        *size = sizeof out->v6;
        if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) != 1) return false;
        *is_loopback = IN6_IS_ADDR_LOOPBACK(&out->v6.sin6_addr);
        return true;
    }
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons((uint16_t)port);
    *size = sizeof out->v4;
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) != 1) return false;
    *is_loopback = (ntohl(out->v4.sin_addr.s_addr) >> 24) == 127;
    return true;
}

static int bound_port(int fd)
{
    union address bound = { 0 };
    socklen_t size = sizeof bound;
    if (getsockname(fd, &bound.any, &size) != 0) return 0;
    return ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
}

static void refuse_taken(const char *listen, int why, struct err *e)
{
    if (why == EADDRINUSE)
        err_set(e, ERR_CONFLICT, "net.port_taken",
                "%s is in use by another program: stop it or listen on another port", listen);
    else
        err_set(e, ERR_UNAVAILABLE, "net.listen_failed", "cannot listen on %s: %s", listen,
                strerror(why));
    err_arg(e, "listen", str_from(listen));
}

int listen_on_address(const char *listen_text, bool is_plain, bool may_be_open, int *port,
                      struct err *e)
{
    union address address;
    socklen_t size;
    bool is_loopback;
    int on = 1;
    if (!read_address(str_from(listen_text), &address, &size, &is_loopback)) {
        err_set(e, ERR_INVALID, "net.bad_listen",
                "'%s' is not an address to listen on: write 127.0.0.1:8080 or [::1]:8080",
                listen_text);
        return -1;
    }
    if (is_plain && !is_loopback && !may_be_open) {
        err_set(e, ERR_INVALID, "net.plain_refused",
                "plain HTTP on %s could be read by others: set a TLS certificate, or listen on "
                "127.0.0.1 behind a proxy",
                listen_text);
        return -1;
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, &address.any, size) == 0 && listen(fd, BACKLOG) == 0) {
        *port = bound_port(fd);
        return fd;
    }
    refuse_taken(listen_text, errno, e);
    if (fd >= 0) close(fd);
    return -1;
}

/* A socket file that nobody listens on is left from a process that was killed. */
static bool remove_stale(const struct sockaddr_un *address)
{
    struct stat s;
    if (lstat(address->sun_path, &s) != 0) return errno == ENOENT;
    if (!S_ISSOCK(s.st_mode)) return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool is_dead = connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                   errno == ECONNREFUSED;
    close(fd);
    return is_dead && unlink(address->sun_path) == 0;
}

int listen_on_path(const char *path, struct err *e)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) {
        err_set(e, ERR_INVALID, "net.bad_listen",
                "the path of the Unix socket is longer than %zu bytes: %s",
                sizeof address.sun_path - 1, path);
        return -1;
    }
    str_fill(address.sun_path, sizeof address.sun_path, str_from(path));
    if (!remove_stale(&address)) {
        err_set(e, ERR_CONFLICT, "net.socket_taken",
                "%s is in use: another bedesten runs on these files, or it is no socket", path);
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* The mode of the descriptor becomes the file's, so there is no moment it stands open. */
    if (fd >= 0 && fchmod(fd, 0600) == 0 &&
        bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
        chmod(path, 0600) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    refuse_taken(path, errno, e);
    if (fd >= 0) close(fd);
    return -1;
}

bool peer_is_us(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == geteuid() || peer.uid == 0;
}
