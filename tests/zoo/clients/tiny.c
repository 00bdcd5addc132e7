/* A correct client in C, over plain sockets: it knows tokens and no times, and refreshes only after a 401.
 *
 * Its store is one line, "ACCESS REFRESH\n", replaced by a rename; a lock file that the kernel frees is held meanwhile. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define LARGE 65536
static char store[4096], draft[4200], locked[4200];
static char access_token[LARGE / 4], refresh_token[LARGE / 4];
static char answer[LARGE]; /* the body of the last answer */

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("tiny: ", stderr);
  vfprintf(stderr, format, arguments);
  fputs("\n", stderr);
  exit(1);
}

/* Copy the member `name` of the answer, a string or number, to `value`; return whether it is there. */
static int member(const char *name, char *value, size_t size) {
  char key[64];
  snprintf(key, sizeof key, "\"%s\"", name);
  const char *at = answer[0] == '{' ? strstr(answer, key) : NULL;
  if (!at) return 0;
  at += strlen(key);
  while (isspace((unsigned char)*at) || *at == ':') at++;
  int quoted = *at == '"';
  if (quoted) at++;
  size_t length = 0;
  while (*at && length + 1 < size && (quoted ? *at != '"' : isalnum((unsigned char)*at) || *at == '.')) {
    if (*at == '\\') at++;
    value[length++] = *at++;
  }
  value[length] = 0;
  return *at != 0;
}

/* Send a request to the environment variable `where`, a POST where there is a form; return the status, 0 for no answer. */
static int ask(const char *where, const char *path, const char *form, const char *token) {
  char host[256] = "", port[16] = "80", base[1024] = "";
  const char *url = getenv(where);
  if (!url || sscanf(url, "http://%255[^:/]:%15[0-9]%1023s", host, port, base) < 2) fail("%s is not an address", where);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(host, port, &hints, &found)) return 0;
  int link = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct timeval patience = {.tv_sec = 3};
  setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(link, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  int connected = connect(link, found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  static char bytes[LARGE];
  int length = snprintf(bytes, sizeof bytes, "%s %s%s HTTP/1.0\r\nHost: %s:%s\r\n", form ? "POST" : "GET", base, path, host, port);
  if (token) length += snprintf(bytes + length, sizeof bytes - length, "Authorization: Bearer %s\r\n", token);
  if (form) length += snprintf(bytes + length, sizeof bytes - length, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n", strlen(form));
  length += snprintf(bytes + length, sizeof bytes - length, "\r\n%s", form ? form : "");
  answer[0] = 0;
  if (!connected || send(link, bytes, length, MSG_NOSIGNAL) != length) return close(link), 0;
  ssize_t got, all = 0;
  while (all < LARGE - 1 && (got = recv(link, bytes + all, LARGE - 1 - all, 0)) > 0) all += got;
  close(link);
  bytes[all] = 0;
  int status = 0;
  char *body = strstr(bytes, "\r\n\r\n");
  if (got < 0 || !body || sscanf(bytes, "HTTP/1.%*d %d", &status) != 1) return 0;
  char *promised = strstr(bytes, "\r\nContent-Length: ");
  if (promised && promised < body && strtol(promised + 18, NULL, 10) > bytes + all - body - 4) return 0; /* cut short */
  strcpy(answer, body + 4);
  return status;
}

static void load(void) {
  FILE *file = fopen(store, "re");
  if (!file && errno == ENOENT) fail("you are not signed in; sign in with: tiny login");
  char end = 0;
  if (!file || fscanf(file, "%16383s %16383s%c", access_token, refresh_token, &end) != 3 || end != '\n')
    fail("%s is damaged; sign in again with: tiny login", store);
  fclose(file);
}

/* Store the tokens of the answer. */
static void save(void) {
  if (!member("access_token", access_token, sizeof access_token)) fail("the provider gave no token; try again later");
  member("refresh_token", refresh_token, sizeof refresh_token);
  int descriptor = open(draft, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  int written = descriptor < 0 ? -1 : dprintf(descriptor, "%s %s\n", access_token, refresh_token);
  struct stat status;
  int whole = written > 0 && fstat(descriptor, &status) == 0 && status.st_size == written && fsync(descriptor) == 0;
  if (descriptor >= 0) close(descriptor);
  if (!whole || rename(draft, store)) {
    int reason = errno;
    unlink(draft);
    fail("the session could not be stored: %s", strerror(reason ? reason : ENOSPC));
  }
}

/* Write what may stand in a form for `text` (RFC 6749 appendix B) to `encoded`, which has three times its room. */
static const char *encode(const char *text, char *encoded) {
  char *end = encoded;
  for (; *text; text++)
    end += sprintf(end, strchr("-._~", *text) || isalnum((unsigned char)*text) ? "%c" : "%%%02X", (unsigned char)*text);
  *end = 0;
  return encoded;
}

static void sign_in(void) {
  char code[512], encoded[3 * sizeof code], error[64], form[2048];
  if (ask("TINY_DEVICE", "", "client_id=tiny&scope=offline_access", NULL) != 200 || !member("user_code", code, sizeof code))
    fail("the sign-in could not begin; try again later");
  printf("enter the code %s\n", code);
  fflush(stdout);
  int pause = member("interval", error, sizeof error) ? atoi(error) : 5;
  if (!member("device_code", code, sizeof code)) fail("the provider gave no device code");
  snprintf(form, sizeof form, "client_id=tiny&grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Adevice_code&device_code=%s", encode(code, encoded));
  for (;;) {
    sleep(pause);
    int status = ask("TINY_TOKEN", "", form, NULL);
    if (status == 200) break;
    if (!status || !member("error", error, sizeof error)) fail("the sign-in failed: no answer that can be understood");
    if (!strcmp(error, "slow_down")) pause += 5;
    else if (!strcmp(error, "access_denied")) fail("the sign-in was denied by the user");
    else if (strcmp(error, "authorization_pending")) fail("the sign-in failed: %s", error);
  }
  save();
  puts("signed in");
}

/* Have another access token than the one that was refused, by one refresh among all processes. */
static void refresh(void) {
  static char refused[sizeof access_token], encoded[3 * sizeof refresh_token], form[4 * LARGE];
  char error[64] = "";
  strcpy(refused, access_token);
  int lock = open(locked, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX)) fail("the session cannot be locked: %s", strerror(errno));
  load();
  if (strcmp(refused, access_token) == 0) {
    snprintf(form, sizeof form, "client_id=tiny&grant_type=refresh_token&refresh_token=%s", encode(refresh_token, encoded));
    int status = ask("TINY_TOKEN", "", form, NULL);
    member("error", error, sizeof error);
    if (!strcmp(error, "invalid_grant")) {
      unlink(store);
      fail("the session has ended; sign in again with: tiny login");
    }
    if (status != 200) fail("the session could not be renewed (status %d); try again later", status);
    save();
  }
  close(lock);
}

static void use(void) {
  load();
  int status = ask("TINY_API", "/hello", NULL, access_token);
  if (status == 401) {
    refresh();
    status = ask("TINY_API", "/hello", NULL, access_token);
  }
  if (status == 401) fail("the API refuses the token; sign in again with: tiny login");
  if (status != 200) fail("the API did not do it (status %d); try again later", status);
  puts("hello");
}

static void sign_out(void) {
  static char form[LARGE];
  load();
  unlink(store);
  snprintf(form, sizeof form, "client_id=tiny&token=%s", refresh_token);
  int revoked = ask("TINY_REVOKE", "", form, NULL) == 200;
  puts(revoked ? "signed out, and the session was revoked" : "signed out here; the provider could not be told");
}

int main(int count, char **words) {
  const char *action = count > 1 ? words[1] : "";
  snprintf(store, sizeof store, "%s/.tiny", getenv("HOME"));
  snprintf(draft, sizeof draft, "%s.new", store);
  snprintf(locked, sizeof locked, "%s.lock", store);
  if (!strcmp(action, "login")) sign_in();
  else if (!strcmp(action, "use")) use();
  else if (!strcmp(action, "logout")) sign_out();
  else puts("tiny 1");
  return 0;
}
