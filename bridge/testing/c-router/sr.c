/*
 * A small router for the Simple Router lab, written the way classic VNS clients are: blocking exact-length reads, packed
 * structs over the buffer, strings copied into stack memory that nobody cleared, no TCP_NODELAY, assert() on what "cannot"
 * happen, a line per packet. It shares no code with Patchbay, which must get along with it as it is.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "sha1.h"

enum { VNSOPEN = 1, VNSCLOSE = 2, VNSPACKET = 4, VNSBANNER = 8, VNSHWINFO = 16, VNS_RTABLE = 32, VNS_OPEN_TEMPLATE = 64,
       VNS_AUTH_REQUEST = 128, VNS_AUTH_REPLY = 256, VNS_AUTH_STATUS = 512 };
enum { HWINTERFACE = 1, HWSPEED = 2, HWETHER = 32, HWETHIP = 64, HWMASK = 128 };
enum { MAX_MESSAGE = 10000, MAX_IF = 8, MAX_ROUTES = 64, CACHE = 100, WAITING = 200 };

typedef struct { uint32_t len, type; } __attribute__((packed)) c_base;
typedef struct { c_base base; uint16_t topo, pad; char vhost[32], uid[32], pass[32]; } __attribute__((packed)) c_open;
typedef struct { c_base base; char templ[30], vhost[32]; } __attribute__((packed)) c_open_template;
typedef struct { c_base base; char iface[16]; } __attribute__((packed)) c_packet;
typedef struct { uint32_t key; char value[32]; } __attribute__((packed)) c_hwentry;

typedef struct { uint8_t dst[6], src[6]; uint16_t type; } __attribute__((packed)) eth_hdr;
typedef struct { uint16_t hrd, pro; uint8_t hln, pln; uint16_t op; uint8_t sha[6]; uint32_t sip; uint8_t tha[6]; uint32_t tip; }
    __attribute__((packed)) arp_hdr;
typedef struct { uint8_t vhl, tos; uint16_t len, id, off; uint8_t ttl, p; uint16_t sum; uint32_t src, dst; }
    __attribute__((packed)) ip_hdr;
typedef struct { uint8_t type, code; uint16_t sum; uint32_t rest; } __attribute__((packed)) icmp_hdr;

struct iface { char name[32]; uint8_t mac[6]; uint32_t ip; };
struct route { uint32_t dest, gw, mask; char iface[32]; };
struct cached { uint32_t ip; uint8_t mac[6]; time_t when; int valid; };
struct waiting { uint8_t *frame; unsigned len; uint32_t hop; struct iface *in, *out; int tries; time_t last; };

static int sock;
static int spin_at_end;
static struct iface ifs[MAX_IF];
static int if_count;
static struct route routes[MAX_ROUTES];
static int route_count;
static struct cached cache[CACHE];
static struct waiting waiting[WAITING];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void icmp_error(struct iface *in, const uint8_t *frame, uint8_t type, uint8_t code, uint32_t from);

static uint16_t cksum(const void *data, int len) {
  const uint8_t *p = data;
  uint32_t sum = 0;
  for (; len > 1; len -= 2, p += 2) sum += p[0] << 8 | p[1];
  if (len > 0) sum += p[0] << 8;
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  return htons(~sum & 0xffff);
}

static struct iface *iface_by_name(const char *name) {
  for (int i = 0; i < if_count; i++)
    if (strncmp(ifs[i].name, name, 32) == 0) return &ifs[i];
  return NULL;
}

static struct iface *iface_by_ip(uint32_t ip) {
  for (int i = 0; i < if_count; i++)
    if (ifs[i].ip == ip) return &ifs[i];
  return NULL;
}

static void write_all(const void *data, size_t len) {
  for (const char *p = data; len > 0;) {
    ssize_t n = write(sock, p, len);
    if (n < 0) { perror("write(..):sr.c::write_all"); exit(1); }
    p += n;
    len -= n;
  }
}

static void send_frame(struct iface *out, const uint8_t *frame, unsigned len) {
  c_packet *packet = malloc(sizeof *packet + len); /* name bytes behind the NUL stay what they were */
  packet->base.len = htonl(sizeof *packet + len);
  packet->base.type = htonl(VNSPACKET);
  assert(strlen(out->name) < sizeof packet->iface);
  strcpy(packet->iface, out->name);
  memcpy(packet + 1, frame, len);
  write_all(packet, sizeof *packet + len);
  free(packet);
  printf("** -> packet of %u bytes on %s\n", len, out->name);
}

static struct route *lookup(uint32_t ip) {
  struct route *best = NULL;
  for (int i = 0; i < route_count; i++)
    if ((ip & routes[i].mask) == (routes[i].dest & routes[i].mask) && (!best || ntohl(routes[i].mask) > ntohl(best->mask)))
      best = &routes[i];
  return best;
}

static void arp_send(struct iface *out, uint16_t op, const uint8_t *mac, uint32_t ip) {
  uint8_t frame[sizeof(eth_hdr) + sizeof(arp_hdr)];
  eth_hdr *eth = (eth_hdr *)frame;
  arp_hdr *arp = (arp_hdr *)(eth + 1);
  memcpy(eth->dst, mac, 6);
  memcpy(eth->src, out->mac, 6);
  eth->type = htons(0x0806);
  *arp = (arp_hdr){ .hrd = htons(1), .pro = htons(0x0800), .hln = 6, .pln = 4, .op = htons(op), .sip = out->ip, .tip = ip };
  memcpy(arp->sha, out->mac, 6);
  if (op == 2) memcpy(arp->tha, mac, 6);
  send_frame(out, frame, sizeof frame);
}

static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

static uint8_t *cache_find(uint32_t ip) {
  for (int i = 0; i < CACHE; i++)
    if (cache[i].valid && cache[i].ip == ip && time(NULL) - cache[i].when < 15) return cache[i].mac;
  return NULL;
}

/* Sends a finished frame to its next hop, or lets it wait for the address. */
static void send_to(struct iface *in, struct iface *out, uint32_t hop, uint8_t *frame, unsigned len) {
  uint8_t *mac = cache_find(hop);
  if (mac) {
    memcpy(frame, mac, 6);
    memcpy(frame + 6, out->mac, 6);
    send_frame(out, frame, len);
    return;
  }
  int asked = 0, slot = -1;
  for (int i = 0; i < WAITING; i++) {
    if (!waiting[i].frame) slot = i;
    else if (waiting[i].hop == hop) asked = 1;
  }
  if (slot < 0) return;
  uint8_t *copy = malloc(len);
  memcpy(copy, frame, len);
  waiting[slot] = (struct waiting){ copy, len, hop, in, out, 1, time(NULL) };
  if (!asked) arp_send(out, 1, broadcast, hop);
}

static void arp_sweep(void) {
  for (int i = 0; i < WAITING; i++) {
    struct waiting *w = &waiting[i];
    if (!w->frame || time(NULL) - w->last < 1) continue;
    if (w->tries < 5) {
      int first = 1;
      for (int j = 0; j < i; j++) if (waiting[j].frame && waiting[j].hop == w->hop) first = 0;
      w->tries++;
      w->last = time(NULL);
      if (first) arp_send(w->out, 1, broadcast, w->hop);
      continue;
    }
    uint8_t *frame = w->frame;
    struct iface *in = w->in;
    w->frame = NULL;
    if (in) icmp_error(in, frame, 3, 1, in->ip);
    free(frame);
  }
}

static void handle_arp(struct iface *in, uint8_t *frame, unsigned len) {
  if (len < sizeof(eth_hdr) + sizeof(arp_hdr)) return;
  arp_hdr *arp = (arp_hdr *)(frame + sizeof(eth_hdr));
  if (arp->tip != in->ip) return;
  int oldest = 0;
  for (int i = 0; i < CACHE; i++) {
    if (cache[i].valid && cache[i].ip == arp->sip) { oldest = i; break; }
    if (cache[i].when < cache[oldest].when) oldest = i;
  }
  cache[oldest] = (struct cached){ .ip = arp->sip, .when = time(NULL), .valid = 1 };
  memcpy(cache[oldest].mac, arp->sha, 6);
  if (ntohs(arp->op) == 1) arp_send(in, 2, arp->sha, arp->sip);
  for (int i = 0; i < WAITING; i++) {
    struct waiting *w = &waiting[i];
    if (!w->frame || w->hop != arp->sip) continue;
    memcpy(w->frame, arp->sha, 6);
    memcpy(w->frame + 6, w->out->mac, 6);
    send_frame(w->out, w->frame, w->len);
    free(w->frame);
    w->frame = NULL;
  }
}

/* Routes a datagram of our own. */
static void send_own(uint8_t *frame, unsigned len) {
  ip_hdr *ip = (ip_hdr *)(frame + sizeof(eth_hdr));
  ((eth_hdr *)frame)->type = htons(0x0800);
  ip->sum = 0;
  ip->sum = cksum(ip, 20);
  struct route *route = lookup(ip->dst);
  if (!route) return;
  struct iface *out = iface_by_name(route->iface);
  assert(out);
  send_to(NULL, out, route->gw ? route->gw : ip->dst, frame, len);
}

static void icmp_error(struct iface *in, const uint8_t *about, uint8_t type, uint8_t code, uint32_t from) {
  const ip_hdr *old = (const ip_hdr *)(about + sizeof(eth_hdr));
  uint8_t frame[sizeof(eth_hdr) + 20 + sizeof(icmp_hdr) + 68];
  unsigned header = (old->vhl & 15) * 4, quoted = header + 8;
  if (ntohs(old->len) < quoted) quoted = ntohs(old->len);
  if (ntohs(old->off) & 0x1fff) return;
  if (old->p == 1) {
    uint8_t about_type = ((const uint8_t *)old)[header];
    if (about_type != 8 && about_type != 0) return;
  }
  ip_hdr *ip = (ip_hdr *)(frame + sizeof(eth_hdr));
  icmp_hdr *icmp = (icmp_hdr *)(ip + 1);
  *ip = (ip_hdr){ .vhl = 0x45, .len = htons(28 + quoted), .ttl = 64, .p = 1, .src = from, .dst = old->src };
  *icmp = (icmp_hdr){ .type = type, .code = code };
  memcpy(icmp + 1, old, quoted);
  icmp->sum = cksum(icmp, 8 + quoted);
  printf("icmp %u/%u because of a packet on %s\n", type, code, in->name);
  send_own(frame, sizeof(eth_hdr) + 28 + quoted);
}

static void handle_ip(struct iface *in, uint8_t *frame, unsigned len) {
  if (len < sizeof(eth_hdr) + sizeof(ip_hdr)) return;
  ip_hdr *ip = (ip_hdr *)(frame + sizeof(eth_hdr));
  unsigned header = (ip->vhl & 15) * 4, total = ntohs(ip->len);
  if (cksum(ip, header) != 0 || sizeof(eth_hdr) + total > len || total < header) return;
  if ((ntohl(ip->dst) >> 28) >= 14) return;
  if (iface_by_ip(ip->dst)) {
#ifdef UNREACHABLE_FROM_INTERFACE /* RFC 1812, 4.3.2.4: the address of the interface that the error leaves by */
    uint32_t from = in->ip;
#else
    uint32_t from = ip->dst;
#endif
    if (ip->p != 1) { icmp_error(in, frame, 3, ip->p == 6 || ip->p == 17 ? 3 : 2, from); return; }
    icmp_hdr *icmp = (icmp_hdr *)((uint8_t *)ip + header);
    if (icmp->type != 8 || cksum(icmp, total - header) != 0) return;
    uint32_t asked = ip->dst;
    icmp->type = 0;
    icmp->sum = 0;
    icmp->sum = cksum(icmp, total - header);
    memmove(ip + 1, icmp, total - header);
    *ip = (ip_hdr){ .vhl = 0x45, .len = htons(20 + total - header), .id = ip->id, .ttl = 64, .p = 1, .src = asked, .dst = ip->src };
    send_own(frame, sizeof(eth_hdr) + 20 + total - header);
    return;
  }
  if (ip->ttl <= 1) { icmp_error(in, frame, 11, 0, in->ip); return; }
  struct route *route = lookup(ip->dst);
  if (!route) { icmp_error(in, frame, 3, 0, in->ip); return; }
  struct iface *out = iface_by_name(route->iface);
  assert(out);
  ip->ttl--;
  ip->sum = 0;
  ip->sum = cksum(ip, header);
  send_to(in, out, route->gw ? route->gw : ip->dst, frame, sizeof(eth_hdr) + total);
}

static void handle_packet(char *name, uint8_t *frame, unsigned len) {
  struct iface *in = iface_by_name(name);
  assert(in);
  printf("*** -> Received packet of length %u on %s\n", len, name);
  if (len < sizeof(eth_hdr)) return;
  uint16_t type = ntohs(((eth_hdr *)frame)->type);
  if (type == 0x0806) handle_arp(in, frame, len);
  else if (type == 0x0800) handle_ip(in, frame, len);
}

static void handle_hwinfo(const uint8_t *body, unsigned len) {
  const c_hwentry *entry = (const c_hwentry *)body;
  if_count = 0;
  for (unsigned i = 0; i < len / sizeof *entry; i++, entry++) {
    struct iface *last = if_count > 0 ? &ifs[if_count - 1] : NULL;
    switch (ntohl(entry->key)) {
    case HWINTERFACE:
      assert(if_count < MAX_IF);
      strncpy(ifs[if_count].name, entry->value, 31);
      if_count++;
      break;
    case HWETHER: assert(last); memcpy(last->mac, entry->value, 6); break;
    case HWETHIP: assert(last); memcpy(&last->ip, entry->value, 4); break;
    case HWSPEED: case HWMASK: break;
    default: break;
    }
  }
  printf("Router interfaces:\n");
  for (int i = 0; i < if_count; i++) {
    struct in_addr ip = { ifs[i].ip };
    printf("%s\tHWaddr%02x:%02x:%02x:%02x:%02x:%02x inet addr %s\n", ifs[i].name, ifs[i].mac[0], ifs[i].mac[1],
           ifs[i].mac[2], ifs[i].mac[3], ifs[i].mac[4], ifs[i].mac[5], inet_ntoa(ip));
  }
  for (int i = 0; i < route_count; i++)
    if (!iface_by_name(routes[i].iface)) { fprintf(stderr, "Routing table not consistent with hardware\n"); exit(1); }
  printf(" <-- Ready to process packets --> \n");
}

static void load_routes(FILE *file) {
  char line[256], dest[32], gw[32], mask[32], iface[32];
  route_count = 0;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%31s %31s %31s %31s", dest, gw, mask, iface) != 4) continue;
    assert(route_count < MAX_ROUTES);
    struct route *route = &routes[route_count++];
    route->dest = inet_addr(dest);
    route->gw = inet_addr(gw);
    route->mask = inet_addr(mask);
    strcpy(route->iface, iface);
  }
}

/* Reads exactly `len` bytes. recv() == 0 is an error here as in most clients; with -S it is taken for "nothing yet". */
static void read_all(void *to, size_t len) {
  for (size_t got = 0; got < len;) {
    ssize_t n = recv(sock, (char *)to + got, len - got, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) { perror("recv(..):sr.c::read_all"); exit(1); }
    if (n == 0 && !spin_at_end) { fprintf(stderr, "Error: could not read from server\n"); exit(1); }
    got += n;
  }
}

static uint8_t *read_message(uint32_t *type, uint32_t *len) {
  uint32_t head;
  read_all(&head, 4);
  *len = ntohl(head);
  if (*len > MAX_MESSAGE || *len < 8) { fprintf(stderr, "Error: command length to large %u\n", *len); close(sock); exit(1); }
  uint8_t *message = malloc(*len);
  memcpy(message, &head, 4);
  read_all(message + 4, *len - 4);
  *type = ntohl(((c_base *)message)->type);
  return message;
}

static void authenticate(const uint8_t *salt, unsigned len, const char *key_file, const char *user) {
  uint8_t buffer[MAX_MESSAGE + 64], digest[20];
  memcpy(buffer, salt, len);
  FILE *file = fopen(key_file, "r");
  size_t key = file ? fread(buffer + len, 1, 64, file) : 0;
  if (file) fclose(file);
  sha1(buffer, len + key, digest);
  unsigned user_len = strlen(user);
  uint8_t reply[sizeof(c_base) + 4 + 64 + 20];
  uint32_t fields[3] = { htonl(sizeof(c_base) + 4 + user_len + 20), htonl(VNS_AUTH_REPLY), htonl(user_len) };
  memcpy(reply, fields, 12);
  memcpy(reply + 12, user, user_len);
  memcpy(reply + 12 + user_len, digest, 20);
  write_all(reply, 12 + user_len + 20);
}

static void *sweeper(void *unused) {
  for (;;) {
    sleep(1);
    pthread_mutex_lock(&lock);
    arp_sweep();
    fflush(stdout);
    pthread_mutex_unlock(&lock);
  }
  return unused;
}

static void connect_to(const char *server, int port) {
  struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
  struct hostent *host = gethostbyname(server);
  if (!host) { fprintf(stderr, "Error: unknown host %s\n", server); exit(1); }
  memcpy(&addr.sin_addr, host->h_addr_list[0], 4);
  sock = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(sock, (struct sockaddr *)&addr, sizeof addr) < 0) { perror("connect(..):sr.c::connect_to"); exit(1); }
}

static void open_host(uint16_t topo, const char *vhost, const char *user, const char *templ) {
  if (templ) {
    c_open_template open; /* not cleared: what is behind the strings is whatever the stack held */
    open.base.len = htonl(sizeof open);
    open.base.type = htonl(VNS_OPEN_TEMPLATE);
    strcpy(open.templ, templ);
    strcpy(open.vhost, vhost);
    write_all(&open, sizeof open);
    return;
  }
  c_open open;
  open.base.len = htonl(sizeof open);
  open.base.type = htonl(VNSOPEN);
  open.topo = htons(topo);
  strcpy(open.vhost, vhost);
  strcpy(open.uid, user);
  write_all(&open, sizeof open);
}

int main(int argc, char **argv) {
  const char *server = "localhost", *vhost = "vrhost", *user = "classic", *rtable = "rtable", *templ = NULL, *key = "auth_key";
  int port = 8888, topo = 0, c;
  while ((c = getopt(argc, argv, "s:p:v:t:u:r:T:k:S")) != -1) {
    if (c == 's') server = optarg;
    else if (c == 'p') port = atoi(optarg);
    else if (c == 'v') vhost = optarg;
    else if (c == 't') topo = atoi(optarg);
    else if (c == 'u') user = optarg;
    else if (c == 'r') rtable = optarg;
    else if (c == 'T') templ = optarg;
    else if (c == 'k') key = optarg;
    else if (c == 'S') spin_at_end = 1;
    else exit(1);
  }
  assert(strlen(vhost) < 32 && strlen(user) < 32 && (!templ || strlen(templ) < 30));
  if (!templ) {
    FILE *file = fopen(rtable, "r");
    if (!file) { perror(rtable); exit(1); }
    load_routes(file);
    fclose(file);
  }
  connect_to(server, port);
  pthread_t thread;
  pthread_create(&thread, NULL, sweeper, NULL);
  for (;;) {
    uint32_t type, len;
    uint8_t *message = read_message(&type, &len);
    uint8_t *body = message + sizeof(c_base);
    pthread_mutex_lock(&lock);
    switch (type) {
    case VNS_AUTH_REQUEST: authenticate(body, len - sizeof(c_base), key, user); break;
    case VNS_AUTH_STATUS:
      if (!body[0]) { fprintf(stderr, "Authentication failed: %.*s\n", (int)(len - 9), (char *)body + 1); exit(1); }
      open_host(topo, vhost, user, templ);
      break;
    case VNS_RTABLE: {
      FILE *file = fmemopen(body + 32, len - sizeof(c_base) - 32, "r");
      if (file) { load_routes(file); fclose(file); }
      break;
    }
    case VNSHWINFO: handle_hwinfo(body, len - sizeof(c_base)); break;
    case VNSPACKET: handle_packet((char *)body, body + 16, len - sizeof(c_packet)); break;
    case VNSBANNER: printf("%.*s\n", (int)(len - sizeof(c_base)), (char *)body); break;
    case VNSCLOSE: fprintf(stderr, "vns server closed session. Reason: %s\n", (char *)body); exit(0);
    default: printf("unknown command: %u\n", type);
    }
    fflush(stdout);
    pthread_mutex_unlock(&lock);
    free(message);
  }
}
