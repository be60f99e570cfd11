/* One-way load for `npm run bench`: both ends run on one machine, so that one monotonic clock serves both.
 *
 *   udp-load send ADDRESS PORT RATE SECONDS    says hello until the receiver answers, then sends RATE datagrams a second,
 *                                              each with its number and time
 *   udp-load receive PORT COUNT IDLE_MS        prints {"received","reordered","p50Us","p99Us","maxUs"}
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

struct stamp {
  uint64_t number;
  uint64_t sent_ns;
};

static const uint64_t hello = UINT64_MAX; /* number of a datagram that the receiver sends back and does not count */

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int fail(const char *what) {
  perror(what);
  return 1;
}

static int by_value(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static int send_all(const char *address, int port, uint64_t rate, double seconds) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1) return fail("socket");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) return fail("connect");
  const struct timeval patience = {.tv_usec = 100000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  struct stamp answer = {0};
  for (int i = 0; i < 100 && answer.number != hello; i++) {
    const struct stamp greeting = {.number = hello};
    if (send(fd, &greeting, sizeof greeting, 0) > 0 && recv(fd, &answer, sizeof answer, 0) > 0) continue;
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL); /* refused at once while nobody listens */
  }
  if (answer.number != hello) return fail("no receiver");
  /* Else each sleep is 50 us too long: of 10,000 packets a second not more than 7,000 would be sent. */
  prctl(PR_SET_TIMERSLACK, 1);
  const uint64_t total = (uint64_t)((double)rate * seconds), start = now_ns();
  uint64_t failed = 0, last = start;
  for (uint64_t i = 0; i < total; i++) {
    /* A sender that was kept from its processor catches up at twice its rate: all at once would measure a buffer. */
    const uint64_t planned = start + i * 1000000000u / rate, soonest = last + 500000000u / rate;
    const uint64_t due = planned > soonest ? planned : soonest;
    uint64_t now = now_ns();
    if (now < due) { /* sleeping keeps the two cores for what is measured */
      const struct timespec wait = {.tv_sec = 0, .tv_nsec = (long)(due - now)};
      nanosleep(&wait, NULL);
      now = now_ns();
    }
    const struct stamp stamp = {.number = i, .sent_ns = now};
    last = now;
    if (send(fd, &stamp, sizeof stamp, 0) != sizeof stamp) failed++;
  }
  printf("{\"sent\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"seconds\":%.3f}\n", total - failed, failed,
         (double)(now_ns() - start) / 1e9);
  return 0;
}

static int receive_all(int port, size_t count, int idle_ms) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0), buffer = 8 << 20;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  uint32_t *delays = calloc(count, sizeof *delays);
  if (fd < 0 || !delays) return fail("socket");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) return fail("bind");
  size_t received = 0, reordered = 0;
  uint64_t highest = 0;
  while (received < count) {
    const int wait_ms = received ? idle_ms : 30000;
    const struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = (wait_ms % 1000) * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    struct stamp stamp;
    struct sockaddr_in from;
    socklen_t from_length = sizeof from;
    if (recvfrom(fd, &stamp, sizeof stamp, 0, (struct sockaddr *)&from, &from_length) != sizeof stamp) break;
    if (stamp.number == hello) {
      sendto(fd, &stamp, sizeof stamp, 0, (struct sockaddr *)&from, from_length);
      continue;
    }
    delays[received++] = (uint32_t)((now_ns() - stamp.sent_ns) / 1000);
    if (stamp.number < highest) reordered++;
    else highest = stamp.number;
  }
  qsort(delays, received, sizeof *delays, by_value);
  const uint32_t p50 = received ? delays[received / 2] : 0, p99 = received ? delays[received * 99 / 100] : 0;
  printf("{\"received\":%zu,\"reordered\":%zu,\"p50Us\":%u,\"p99Us\":%u,\"maxUs\":%u}\n", received, reordered, p50, p99,
         received ? delays[received - 1] : 0);
  return 0;
}

int main(int argc, char **argv) {
  /* It stands for hosts on machines of their own: what it would wait for a processor here is nothing of the network's. */
  const struct sched_param first = {.sched_priority = 1};
  sched_setscheduler(0, SCHED_FIFO, &first);
  if (argc == 6 && strcmp(argv[1], "send") == 0)
    return send_all(argv[2], atoi(argv[3]), strtoull(argv[4], NULL, 10), atof(argv[5]));
  if (argc == 5 && strcmp(argv[1], "receive") == 0)
    return receive_all(atoi(argv[2]), strtoul(argv[3], NULL, 10), atoi(argv[4]));
  fprintf(stderr, "usage: udp-load send ADDRESS PORT RATE SECONDS | receive PORT COUNT IDLE_MS\n");
  return 2;
}
