// A client that only reads its sockets: what it measures of a stream's first token is the machine's part of any client's error.
//
// bare_client HOST PORT PATH STREAMS REQUESTS MODEL...
// Keeps STREAMS requests open on as many connections, each for the next model in turn, until REQUESTS are done. Prints the id of each
// request (x-request-id) and the milliseconds from the call of send to the return of the recv that brought its first token.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 64 << 10, MOST = 1024 };

struct stream {
    int socket;
    double sent, first; // milliseconds; first is 0 before the first token
    size_t length;      // of head: the response up to its first token
    char head[HEAD + 1];
    char tail[5]; // the last bytes read
};

static struct stream *streams;
static const char *host, *path, **models;
static int modelCount, requests, begun, ended;
static struct sockaddr_in address;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void begin(struct stream *stream) {
    char body[512], request[1024];
    int length = snprintf(body, sizeof body,
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Question %d: say something.\"}],"
        "\"max_tokens\":256,\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        models[begun % modelCount], begun);
    begun++;
    int size = snprintf(request, sizeof request,
        "POST %s/chat/completions HTTP/1.1\r\nhost: %s\r\nauthorization: Bearer sk-bare-client-00000000\r\n"
        "content-type: application/json\r\ncontent-length: %d\r\n\r\n%s", path, host, length, body);
    stream->first = 0;
    stream->length = 0;
    memset(stream->tail, 0, sizeof stream->tail);
    stream->sent = now();
    if (send(stream->socket, request, size, 0) != size) fail("send");
}

/// Looks for a piece of text that is not empty.
static int holdsToken(const char *text) {
    const char *mark = "\"content\":\"";
    for (const char *at = text; (at = strstr(at, mark)); at++)
        if (at[strlen(mark)] != '"' && at[strlen(mark)]) return 1;
    return 0;
}

static void report(struct stream *stream) {
    const char *name = "x-request-id: ", *id = strcasestr(stream->head, name);
    if (!stream->first || !id) {
        fprintf(stderr, "a response without a token: %.200s\n", stream->head);
        exit(1);
    }
    id += strlen(name);
    printf("%.*s %.6f\n", (int)strcspn(id, "\r\n"), id, stream->first - stream->sent);
}

static void take(struct stream *stream) {
    static char bytes[HEAD];
    ssize_t count = recv(stream->socket, bytes, sizeof bytes, 0);
    double at = now();
    if (count <= 0) fail("recv");
    if (!stream->first) {
        if (stream->length + count > HEAD) fail("no token in the first bytes");
        memcpy(stream->head + stream->length, bytes, count);
        stream->head[stream->length += count] = 0;
        if (holdsToken(stream->head)) stream->first = at;
    }
    size_t kept = sizeof stream->tail;
    if ((size_t)count < kept) memmove(stream->tail, stream->tail + count, kept - count);
    size_t fresh = (size_t)count < kept ? (size_t)count : kept;
    memcpy(stream->tail + kept - fresh, bytes + count - fresh, fresh);
    if (memcmp(stream->tail, "0\r\n\r\n", kept)) return;
    report(stream);
    ended++;
    if (begun < requests) begin(stream);
}

int main(int count, char **arguments) {
    if (count < 7) return 2;
    host = arguments[1];
    path = arguments[3];
    int open = atoi(arguments[4]);
    requests = atoi(arguments[5]);
    models = (const char **)arguments + 6;
    modelCount = count - 6;
    address.sin_family = AF_INET;
    address.sin_port = htons(atoi(arguments[2]));
    inet_pton(AF_INET, host, &address.sin_addr);
    streams = calloc(open, sizeof *streams);
    int poll = epoll_create1(0), yes = 1;
    for (int index = 0; index < open; index++) {
        struct stream *stream = &streams[index];
        stream->socket = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(stream->socket, (struct sockaddr *)&address, sizeof address)) fail("connect");
        setsockopt(stream->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = stream};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, stream->socket, &event)) fail("epoll_ctl");
    }
    for (int index = 0; index < open && begun < requests; index++) begin(&streams[index]);
    while (ended < requests) {
        struct epoll_event events[MOST];
        int ready = epoll_wait(poll, events, MOST, -1);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int index = 0; index < ready; index++) take(events[index].data.ptr);
    }
    return 0;
}
