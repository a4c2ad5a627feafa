// libcurl as the release file links it: the functions that the transport calls, each of which loads the real library
// when the first of them is called. To load it, with the thirty libraries that it brings, takes most of the time that
// the command takes to start, and most of what the command is asked for at a terminal needs none of it; where it is
// needed, it is loaded beside all else that a start consists of.
//
// libcurl's own header declares them, so that the compiler holds these to it. A function that is missing here is missing
// when the file is linked. Where the library cannot be loaded, what makes a handle gives none, and the transport says so.

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>

// Macros of the header, for C alone.
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

#define FUNCTIONS(each)            \
  each(curl_easy_cleanup)          \
  each(curl_easy_getinfo)          \
  each(curl_easy_init)             \
  each(curl_easy_perform)          \
  each(curl_easy_setopt)           \
  each(curl_easy_strerror)         \
  each(curl_global_init)           \
  each(curl_multi_add_handle)      \
  each(curl_multi_cleanup)         \
  each(curl_multi_info_read)       \
  each(curl_multi_init)            \
  each(curl_multi_remove_handle)   \
  each(curl_multi_setopt)          \
  each(curl_multi_socket_action)   \
  each(curl_multi_socket_all)      \
  each(curl_url)                   \
  each(curl_url_cleanup)           \
  each(curl_url_set)

static struct {
#define MEMBER(name) __typeof__(name) *name;
  FUNCTIONS(MEMBER)
} real;

static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  // The name with the version of the interface that the header is for: no other will do.
  void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) return;
#define LOOK_UP(name) \
  if ((real.name = (__typeof__(name) *)dlsym(library, #name)) == NULL) return;
  FUNCTIONS(LOOK_UP)
  is_loaded = 1;
}

static int can_load(void) {
  pthread_once(&once, load);
  return is_loaded;
}

// With these a program begins, before it has a handle for the others.

CURLcode curl_global_init(long flags) { return can_load() ? real.curl_global_init(flags) : CURLE_FAILED_INIT; }
CURL *curl_easy_init(void) { return can_load() ? real.curl_easy_init() : NULL; }
CURLM *curl_multi_init(void) { return can_load() ? real.curl_multi_init() : NULL; }
CURLU *curl_url(void) { return can_load() ? real.curl_url() : NULL; }
const char *curl_easy_strerror(CURLcode code) { return can_load() ? real.curl_easy_strerror(code) : ""; }

void curl_easy_cleanup(CURL *easy) { real.curl_easy_cleanup(easy); }
CURLcode curl_easy_perform(CURL *easy) { return real.curl_easy_perform(easy); }
void curl_url_cleanup(CURLU *url) { real.curl_url_cleanup(url); }
CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
  return real.curl_url_set(url, part, text, flags);
}
CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy) { return real.curl_multi_add_handle(multi, easy); }
CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy) { return real.curl_multi_remove_handle(multi, easy); }
CURLMcode curl_multi_cleanup(CURLM *multi) { return real.curl_multi_cleanup(multi); }
CURLMsg *curl_multi_info_read(CURLM *multi, int *left) { return real.curl_multi_info_read(multi, left); }
CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events, int *running) {
  return real.curl_multi_socket_action(multi, socket, events, running);
}
CURLMcode curl_multi_socket_all(CURLM *multi, int *running) { return real.curl_multi_socket_all(multi, running); }

// One value of the size of a pointer, whatever it is: so are all that options and answers take where Linux runs.
_Static_assert(sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *), "values of several sizes");
#define ONE_VALUE(result, name, handle, option)     \
  result name(handle h, option o, ...) {            \
    va_list rest;                                   \
    va_start(rest, o);                              \
    void *value = va_arg(rest, void *);             \
    va_end(rest);                                   \
    return real.name(h, o, value);                  \
  }
ONE_VALUE(CURLcode, curl_easy_setopt, CURL *, CURLoption)
ONE_VALUE(CURLcode, curl_easy_getinfo, CURL *, CURLINFO)
ONE_VALUE(CURLMcode, curl_multi_setopt, CURLM *, CURLMoption)
