// A paced stream of chat chunks and the client that times it, in one clock: each chunk carries the instant at which it was written.
//
// paced serve PORT CHUNKS PACE_MS            answers every POST: in CHUNKS events PACE_MS apart where it says "stream":true, else whole
// paced stream PORT MODEL KEY STREAMS TOTAL  keeps STREAMS open until TOTAL are done
// paced ask PORT MODEL KEY BYTES TOTAL       one connection, one request after another, with a prompt of BYTES
//
// The clients print one line of JSON, times in microseconds. `late` counts gaps between two chunks of over twice the pace; `delayed`
// counts answers of 38 to 50 ms, where a segment waited for a delayed acknowledgement.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096, BUFFER = 256 << 10 };

static const char *const MARK = "@@";
static long pace = 20000000;

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void send_all(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (sent <= 0) return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

static struct sockaddr_in loopback(const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int no_delay(int socket) {
    int on = 1;
    if (setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on)) fail("TCP_NODELAY");
    return socket;
}

// The server

struct served {
    int chunk; // the next one; -1 where no stream is under way
    long due;
    size_t length;
    char *request;
};

static void write_chunk(int socket, const char *data) {
    char bytes[1024];
    int length = (int)strlen(data);
    int size = snprintf(bytes, sizeof bytes, "%x\r\n%s\r\n", length, data);
    send_all(socket, bytes, (size_t)size);
}

static void write_event(int socket, struct served *served, int chunks) {
    char event[512];
    const char *frame = "data: {\"id\":\"chatcmpl-x\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"m\",%s}\n\n";
    char rest[256];
    if (served->chunk < chunks) {
        snprintf(rest, sizeof rest,
            "\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"%s%ld \"},\"finish_reason\":null}]",
            served->chunk == 0 ? "\"role\":\"assistant\"," : "", MARK, now());
        snprintf(event, sizeof event, frame, rest);
        write_chunk(socket, event);
        served->chunk++;
        served->due += pace;
        return;
    }
    snprintf(event, sizeof event, frame, "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]");
    write_chunk(socket, event);
    snprintf(event, sizeof event, frame,
        "\"choices\":[],\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":64,\"total_tokens\":184}");
    write_chunk(socket, event);
    write_chunk(socket, "data: [DONE]\n\n");
    send_all(socket, "0\r\n\r\n", 5);
    served->chunk = -1;
}

static void answer(int socket, struct served *served) {
    char *end = memmem(served->request, served->length, "\r\n\r\n", 4);
    if (!end) return;
    served->request[served->length] = 0;
    char *field = strcasestr(served->request, "\r\ncontent-length:");
    size_t length = field && field < end ? (size_t)atol(field + 17) : 0;
    size_t head = (size_t)(end - served->request) + 4;
    if (served->length < head + length) return;
    int streams = strstr(end, "\"stream\":true") || strstr(end, "\"stream\": true");
    served->length = 0;
    if (streams) {
        const char *text = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        send_all(socket, text, strlen(text));
        served->chunk = 0;
        served->due = now() + pace;
        return;
    }
    const char *text =
        "{\"id\":\"chatcmpl-x\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,"
        "\"message\":{\"role\":\"assistant\",\"content\":\"Hello there.\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":48,\"total_tokens\":168}}";
    char bytes[1024];
    int size = snprintf(bytes, sizeof bytes,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s", strlen(text), text);
    send_all(socket, bytes, (size_t)size);
}

static void serve(const char *port, int chunks) {
    static struct served served[MOST * 2];
    struct sockaddr_in address = loopback(port);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, poll = epoll_create1(0);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, MOST)) fail("listen");
    struct itimerspec tick = {.it_interval = {0, 500000}, .it_value = {0, 500000}};
    timerfd_settime(timer, 0, &tick, NULL);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    event.data.fd = timer;
    epoll_ctl(poll, EPOLL_CTL_ADD, timer, &event);
    printf("ready\n");
    fflush(stdout);
    int highest = 0;
    for (;;) {
        int count = epoll_wait(poll, ready, 256, -1);
        for (int index = 0; index < count; index++) {
            int socket = ready[index].data.fd;
            if (socket == timer) {
                long ticks;
                if (read(timer, &ticks, sizeof ticks) < 0) continue;
                for (int other = 0; other <= highest; other++)
                    if (served[other].request && served[other].chunk >= 0 && served[other].due <= now())
                        write_event(other, &served[other], chunks);
            } else if (socket == listener) {
                int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (client < 0) continue;
                if (client >= MOST * 2) {
                    close(client);
                    continue;
                }
                no_delay(client);
                served[client] = (struct served){.chunk = -1, .request = malloc(BUFFER + 1)};
                if (client > highest) highest = client;
                event.data.fd = client;
                epoll_ctl(poll, EPOLL_CTL_ADD, client, &event);
            } else {
                struct served *one = &served[socket];
                ssize_t got = recv(socket, one->request + one->length, BUFFER - one->length, 0);
                if (got < 0 && errno == EAGAIN) continue;
                if (got <= 0) {
                    free(one->request);
                    *one = (struct served){.chunk = -1};
                    close(socket);
                    continue;
                }
                one->length += (size_t)got;
                answer(socket, one);
            }
        }
    }
}

// The clients

static int ascending(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

struct samples {
    long *values;
    size_t count, capacity;
};

static void add(struct samples *samples, long value) {
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity ? samples->capacity * 2 : 4096;
        samples->values = realloc(samples->values, samples->capacity * sizeof(long));
    }
    samples->values[samples->count++] = value;
}

static double percentile(struct samples *samples, double share) {
    if (!samples->count) return -1;
    qsort(samples->values, samples->count, sizeof(long), ascending);
    size_t rank = (size_t)(share * (double)samples->count + 0.999999);
    return (double)samples->values[(rank ? rank : 1) - 1] / 1000.0;
}

static int dial(struct sockaddr_in address) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, (struct sockaddr *)&address, sizeof address)) fail("connect");
    return no_delay(client);
}

static char *request(const char *model, const char *key, size_t bytes, int streams, size_t *size) {
    char *prompt = malloc(bytes + 1), *text = malloc(bytes + 2048);
    for (size_t index = 0; index < bytes; index++) prompt[index] = "Design an idempotent payment API. "[index % 34];
    prompt[bytes] = 0;
    size_t length = (size_t)sprintf(text,
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"system\",\"content\":\"You are a software architect.\"},{\"role\":\"user\","
        "\"content\":\"%s\"}],\"max_tokens\":256%s}",
        model, prompt, streams ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "");
    char *whole = malloc(length + 2048);
    *size = (size_t)sprintf(whole,
        "POST %s HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer %s\r\ncontent-type: application/json\r\n"
        "content-length: %zu\r\n\r\n%s", getenv("PACED_PATH") ? getenv("PACED_PATH") : "/v1/chat/completions", key, length, text);
    return whole;
}

struct reader {
    int socket;
    long sent, last;
    int chunks, marks, ended;
    long stamp;
    char tail[7];
};

static void stream(const char *port, const char *model, const char *key, int streams, int total) {
    static struct reader readers[MOST];
    static char bytes[64 << 10];
    struct sockaddr_in address = loopback(port);
    struct samples first = {0}, delays = {0};
    struct epoll_event event = {.events = EPOLLIN}, ready[256];
    size_t size;
    char *text = request(model, key, 1000, 1, &size);
    int poll = epoll_create1(0), begun = 0, ended = 0, failed = 0;
    long late = 0;
    for (int index = 0; index < streams && index < MOST; index++) {
        readers[index].socket = dial(address);
        event.data.u32 = (uint32_t)index;
        epoll_ctl(poll, EPOLL_CTL_ADD, readers[index].socket, &event);
    }
    for (int index = 0; index < streams; index++, begun++) {
        readers[index].sent = now();
        send_all(readers[index].socket, text, size);
        // Spread over one pace: streams of real callers do not begin together.
        struct timespec wait = {0, pace / streams};
        nanosleep(&wait, NULL);
    }
    while (ended < begun) {
        int count = epoll_wait(poll, ready, 256, 10000);
        if (count <= 0) {
            failed += begun - ended;
            break;
        }
        for (int index = 0; index < count; index++) {
            struct reader *reader = &readers[ready[index].data.u32];
            ssize_t got = recv(reader->socket, bytes, sizeof bytes, MSG_DONTWAIT);
            long at = now();
            if (got < 0 && errno == EAGAIN) continue;
            if (got <= 0) {
                epoll_ctl(poll, EPOLL_CTL_DEL, reader->socket, NULL);
                failed++;
                ended++;
                continue;
            }
            for (ssize_t offset = 0; offset < got; offset++) {
                char byte = bytes[offset];
                memmove(reader->tail, reader->tail + 1, 5);
                reader->tail[5] = byte;
                if (reader->marks == 2 && byte >= '0' && byte <= '9') {
                    reader->stamp = reader->stamp * 10 + byte - '0';
                    continue;
                }
                if (reader->marks == 2) {
                    add(&delays, at - reader->stamp);
                    if (reader->chunks == 0) add(&first, at - reader->sent);
                    if (reader->chunks > 0 && at - reader->last > 2 * pace) late++;
                    reader->chunks++;
                    reader->last = at;
                    reader->marks = 0;
                    reader->stamp = 0;
                }
                reader->marks = byte == '@' ? reader->marks + 1 : 0;
                if (!memcmp(reader->tail, "[DONE]", 6)) reader->ended = 1;
            }
            if (reader->ended && !memcmp(reader->tail + 1, "0\r\n\r\n", 5)) {
                ended++;
                *reader = (struct reader){.socket = reader->socket};
                if (begun >= total) continue;
                begun++;
                reader->sent = now();
                send_all(reader->socket, text, size);
            }
        }
    }
    printf("{\"streams\":%d,\"done\":%d,\"failed\":%d,\"late\":%ld,\"chunks\":%zu,\"ttft_p50\":%.1f,\"ttft_p99\":%.1f,"
           "\"chunk_p50\":%.1f,\"chunk_p99\":%.1f}\n",
        streams, ended - failed, failed, late, delays.count, percentile(&first, .5), percentile(&first, .99),
        percentile(&delays, .5), percentile(&delays, .99));
}

static void ask(const char *port, const char *model, const char *key, size_t size, int total) {
    static char bytes[1 << 20];
    struct samples times = {0};
    size_t length;
    char *text = request(model, key, size, 0, &length);
    int client = dial(loopback(port)), failed = 0, delayed = 0;
    for (int index = 0; index < total; index++) {
        size_t got = 0, whole = 0;
        long start = now();
        send_all(client, text, length);
        while (!whole || got < whole) {
            ssize_t more = recv(client, bytes + got, sizeof bytes - 1 - got, 0);
            if (more <= 0) break;
            got += (size_t)more;
            bytes[got] = 0;
            char *end = strstr(bytes, "\r\n\r\n"), *field = strcasestr(bytes, "\r\ncontent-length:");
            if (!end) continue;
            if (field && field < end) whole = (size_t)(end - bytes) + 4 + (size_t)atol(field + 17);
            // Without a length it is chunked, and ends with an empty chunk.
            else if (got > 5 && !memcmp(bytes + got - 5, "0\r\n\r\n", 5)) whole = got;
        }
        long taken = now() - start;
        if (!whole || strncmp(bytes, "HTTP/1.1 200", 12)) failed++;
        if (!whole) {
            close(client);
            client = dial(loopback(port));
        }
        if (taken > 38000000 && taken < 50000000) delayed++;
        add(&times, taken);
    }
    printf("{\"requests\":%d,\"failed\":%d,\"delayed\":%d,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f}\n", total, failed, delayed,
        percentile(&times, .5), percentile(&times, .9), percentile(&times, .99));
}

int main(int count, char **arguments) {
    if (getenv("PACED_MS")) pace = atol(getenv("PACED_MS")) * 1000000;
    if (count == 5 && !strcmp(arguments[1], "serve")) {
        pace = atol(arguments[4]) * 1000000;
        serve(arguments[2], atoi(arguments[3]));
    } else if (count == 7 && !strcmp(arguments[1], "stream")) {
        stream(arguments[2], arguments[3], arguments[4], atoi(arguments[5]), atoi(arguments[6]));
    } else if (count == 7 && !strcmp(arguments[1], "ask")) {
        ask(arguments[2], arguments[3], arguments[4], (size_t)atol(arguments[5]), atoi(arguments[6]));
    } else {
        fprintf(stderr, "usage: paced serve|stream|ask ...\n");
        return 2;
    }
    return 0;
}
