// libcurl's setters and getters are variadic, and Swift cannot call variadic C functions: here is one typed wrapper for
// each kind of argument that the transport passes.
//
// Header-only. Without the trait `Curl` nothing imports this target, and where libcurl's headers are missing it compiles
// to nothing.

#ifndef SERVICE_TOKEN_CURL_SHIMS_H
#define SERVICE_TOKEN_CURL_SHIMS_H

#if __has_include(<curl/curl.h>)
#include <curl/curl.h>

// What libcurl calls with a header line or a piece of a body: how many bytes it took, or fewer to end the transfer.
typedef size_t (*curl_shim_data_callback)(char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);

static inline CURLcode curl_shim_set_long(CURL *_Nonnull easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_shim_set_offset(CURL *_Nonnull easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_shim_set_string(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_shim_set_pointer(CURL *_Nonnull easy, CURLoption option, const void *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_shim_set_callback(
    CURL *_Nonnull easy, CURLoption option, curl_shim_data_callback _Nonnull value) {
  return curl_easy_setopt(easy, option, value);
}

// http and https only. The option that takes names came with 7.85, which deprecates the one that takes bits.
static inline CURLcode curl_shim_allow_only_http(CURL *_Nonnull easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

// A name that still resolves when its transfer ends is left to its thread, where libcurl can do that (7.87): otherwise
// removing the transfer waits for the resolver, and every other transfer waits with it.
static inline CURLcode curl_shim_leave_resolver_behind(CURL *_Nonnull easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
  return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
  (void)easy;
  return CURLE_OK;
#endif
}

// For how long trusted certificates that were read are used again. Before 7.87 they are read for every connection.
static inline CURLcode curl_shim_keep_trusted_certificates(CURL *_Nonnull easy, long seconds) {
#if LIBCURL_VERSION_NUM >= 0x075700
  return curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, seconds);
#else
  (void)easy, (void)seconds;
  return CURLE_OK;
#endif
}

// Asked each time before a request goes out, so also before libcurl sends it again of itself: zero lets it go. Libraries
// before 7.80 do not ask.
typedef int (*curl_shim_send_callback)(
    void *_Nullable context, char *_Nullable their_address, char *_Nullable our_address, int their_port, int our_port);

static inline CURLcode curl_shim_ask_before_sending(CURL *_Nonnull easy, curl_shim_send_callback _Nonnull value) {
#if LIBCURL_VERSION_NUM >= 0x075000
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
#else
  (void)easy, (void)value;
  return CURLE_OK;
#endif
}

static inline CURLcode curl_shim_set_send_context(CURL *_Nonnull easy, void *_Nullable context) {
#if LIBCURL_VERSION_NUM >= 0x075000
  return curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
#else
  (void)easy, (void)context;
  return CURLE_OK;
#endif
}

static inline CURLcode curl_shim_get_long(CURL *_Nonnull easy, CURLINFO info, long *_Nonnull value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode curl_shim_get_offset(CURL *_Nonnull easy, CURLINFO info, curl_off_t *_Nonnull value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode curl_shim_get_certificates(
    CURL *_Nonnull easy, struct curl_certinfo *_Nullable *_Nonnull value) {
  return curl_easy_getinfo(easy, CURLINFO_CERTINFO, value);
}

static inline CURLMcode curl_shim_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// What libcurl calls with a socket that it begins or ceases to wait for.
typedef int (*curl_shim_socket_callback)(
    CURL *_Nullable easy, curl_socket_t socket, int what, void *_Nullable context, void *_Nullable socket_context);

static inline CURLMcode curl_shim_multi_set_socket_callback(
    CURLM *_Nonnull multi, curl_shim_socket_callback _Nonnull value, void *_Nonnull context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
  return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context) : code;
}

// What libcurl calls with the milliseconds after which it wants to be called; -1 for not at all.
typedef int (*curl_shim_timer_callback)(CURLM *_Nullable multi, long milliseconds, void *_Nullable context);

static inline CURLMcode curl_shim_multi_set_timer_callback(
    CURLM *_Nonnull multi, curl_shim_timer_callback _Nonnull value, void *_Nonnull context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
  return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context) : code;
}

// Looks after every transfer, whether something came for it or not. libcurl calls it deprecated, for that is slow.
static inline CURLMcode curl_shim_multi_look_after_all(CURLM *_Nonnull multi) {
  int running;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  return curl_multi_socket_all(multi, &running);
#pragma GCC diagnostic pop
}

// A message's result stands in a union, which Swift takes for one value that may be either member.
static inline CURLcode curl_shim_result(const CURLMsg *_Nonnull message) { return message->data.result; }

#endif
#endif
