/*
 * wire.h: a client of a test that speaks by hand: what it sends is what goes over the socket.
 *
 * Errors   what cannot be done (connect, read in time) fails the test.
 */
#ifndef TEST_NET_WIRE_H
#define TEST_NET_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utc.h"
#include "support/suite.h"

#define WIRE_WAIT_MS 10000 /* never reached where all is well */

static inline int wire_connect(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void wire_send(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        if (sent < 0) return; /* the other side has closed: the test sees it when it reads */
        at += sent;
        len -= (size_t)sent;
    }
}

static inline void wire_say(int fd, const char *text)
{
    wire_send(fd, text, strlen(text));
}

/* Waits for bytes; 0 at the end of the stream. */
static inline size_t wire_recv(int fd, void *to, size_t room)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    assert_int_equal(poll(&p, 1, WIRE_WAIT_MS), 1);
    ssize_t got = recv(fd, to, room, 0);
    return got > 0 ? (size_t)got : 0;
}

/* All until the other side closes. */
static inline str wire_read_all(struct arena *a, int fd)
{
    struct text t = { .arena = a };
    char buffer[4096];
    size_t got;
    while ((got = wire_recv(fd, buffer, sizeof buffer)) > 0) text_add(&t, (str){ buffer, got });
    return text_str(&t);
}

/* One reply with a Content-Length, head and body; empty at the end of the stream. */
static inline str wire_read_reply(struct arena *a, int fd)
{
    struct text t = { .arena = a };
    char c;
    size_t body = 0;
    while (wire_recv(fd, &c, 1) == 1) {
        text_add_char(&t, c);
        if (str_ends(text_str(&t), STR("\r\n\r\n"))) break;
    }
    str head = text_str(&t), line;
    while (str_next(&head, '\n', &line)) {
        if (line.len > 16 && str_eq_nocase(str_cut(line, 0, 15), STR("Content-Length:"))) {
            int64_t n = 0;
            assert_true(str_to_i64(str_trim(str_cut(line, 15, line.len)), &n));
            body = (size_t)n;
        }
    }
    while (body-- > 0 && wire_recv(fd, &c, 1) == 1) text_add_char(&t, c);
    return text_str(&t);
}

/* 0 when there was no reply. */
static inline int wire_status(str reply)
{
    int64_t status = 0;
    if (!str_starts(reply, STR("HTTP/1.1 ")) || !str_to_i64(str_cut(reply, 9, 3), &status))
        return 0;
    return (int)status;
}

static inline str wire_body(str reply)
{
    for (size_t i = 0; i + 4 <= reply.len; i++)
        if (memcmp(reply.at + i, "\r\n\r\n", 4) == 0) return str_cut(reply, i + 4, reply.len);
    return (str){ 0 };
}

/* One request on a connection of its own, until the server closes. */
static inline str wire_ask(struct arena *a, int port, const char *request)
{
    int fd = wire_connect(port);
    wire_say(fd, request);
    str reply = wire_read_all(a, fd);
    close(fd);
    return reply;
}

#endif
