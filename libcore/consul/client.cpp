#include "consul/client.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <string_view>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/files.h"
#include "base/percent.h"
#include "base/text.h"

namespace gw::consul {
namespace {

using namespace std::chrono_literals;

// Some hundred roots with their intermediates are a tenth of it.
constexpr std::size_t kMostBytes = std::size_t{4} * 1024 * 1024;
constexpr auto kConnectPatience = 5s;
// How much longer than it should a turn of the loop may take by the wall clock before the machine
// is taken to have slept.
constexpr auto kSleepIsLongerThan = 5s;
constexpr auto kTurn = 1s;

struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListFree>;

void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  [[maybe_unused]] const curl_slist* shorter = list.release();  // the same one, grown
  list.reset(longer);
}

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

void add_parameter(std::string& url, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  url += url.find('?') == std::string::npos ? '?' : '&';
  url.append(name).append("=").append(percent_encode(value));
}

std::string url_of(const Settings& settings, const std::string& base, const std::string& path,
                   const Blocking& blocking) {
  std::string url = base + path;
  add_parameter(url, "dc", settings.datacenter);
  add_parameter(url, "ns", settings.ns);
  add_parameter(url, "partition", settings.partition);
  if (blocking.index == 0) return url;
  add_parameter(url, "index", std::to_string(blocking.index));
  add_parameter(url, "wait", fmt::format("{}ms", blocking.wait.count()));
  return url;
}

void set_text(CURL* easy, CURLoption option, const std::string& value) {
  if (!value.empty()) curl_easy_setopt(easy, option, value.c_str());
}

// The agent is dialled where it is, and asked for by the name that its certificate has.
std::string base_url(const Settings& settings, List& connect_to, List& headers) {
  const std::string& url = settings.url;
  if (settings.server_name.empty() || !url.starts_with("https://")) return url;
  const auto begin = std::string_view("https://").size();
  const auto end = std::min(url.find('/', begin), url.size());
  const std::string authority = url.substr(begin, end - begin);
  const auto colon = authority.rfind(':');
  const bool has_port = colon != std::string::npos && !authority.ends_with(']');
  const std::string host = has_port ? authority.substr(0, colon) : authority;
  const std::string port = has_port ? authority.substr(colon + 1) : "443";
  append(connect_to, fmt::format("{}:{}:{}:{}", settings.server_name, port, host, port));
  append(headers, "Host: " + authority);
  return fmt::format("https://{}:{}{}", settings.server_name, port, url.substr(end));
}

void set_identity(CURL* easy, const Settings& settings, List& headers) {
  if (!settings.token.empty()) {
    append(headers, "X-Consul-Token: " + std::string(settings.token.reveal()));
  }
  if (!settings.basic_auth.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set_text(easy, CURLOPT_USERPWD, std::string(settings.basic_auth.reveal()));
  }
}

// Every file of the folder, as Consul's client reads it; OpenSSL's own way wants hashed names.
std::string trusted_text(const Settings& settings) {
  std::string all;
  if (!settings.ca_file.empty()) all = read_file(settings.ca_file, kMostBytes).value_or("");
  if (settings.ca_path.empty()) return all;
  const auto files = list_files(settings.ca_path, {""});
  if (!files) return all;
  for (const std::string& file : *files) {
    if (all.size() < kMostBytes) all += "\n" + read_file(file, kMostBytes).value_or("");
  }
  return all;
}

void set_trust(CURL* easy, const Settings& settings) {
  if (settings.ca_file.empty() && settings.ca_path.empty()) return;
  std::string text = trusted_text(settings);
  curl_blob blob{.data = text.data(), .len = text.size(), .flags = CURL_BLOB_COPY};
  curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
  // The blob takes the place of the system's file only; its folder would be trusted as well.
  curl_easy_setopt(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
}

void set_tls(CURL* easy, const Settings& settings) {
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, settings.verify ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, settings.verify ? 2L : 0L);
  set_text(easy, CURLOPT_SSLCERT, settings.client_certificate);
  set_text(easy, CURLOPT_SSLKEY, settings.client_key);
}

// libcurl keeps a pointer to the body.
void set_method(CURL* easy, const Request& request, List& headers) {
  if (request.method == Method::get) return;
  // libcurl asks again when a kept connection turns out dead: not where it may have been heard.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  if (request.method == Method::remove) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
    return;
  }
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  if (request.method == Method::put) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
  append(headers, "Content-Type: application/json");
  append(headers, "Expect:");  // nobody has to be asked whether a small body may come
}

void set_bounds(CURL* easy, const Blocking& blocking, std::chrono::milliseconds patience) {
  // The server adds a sixteenth of the wait, by chance.
  const auto whole = blocking.wait + blocking.wait / 16 + patience;
  const auto connect = std::min<std::chrono::milliseconds>(kConnectPatience, patience);
  curl_easy_setopt(
      easy, CURLOPT_TIMEOUT_MS,
      static_cast<long>(std::max<std::int64_t>(1, static_cast<std::int64_t>(whole.count()))));
  curl_easy_setopt(
      easy, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::max<std::int64_t>(1, static_cast<std::int64_t>(connect.count()))));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  // A name server that does not answer would hold up the end of the request by its own patience.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

}  // namespace

struct Client::Handles {
  CURLM* multi = nullptr;
  CURL* easy = nullptr;
};

// What one request leaves behind.
struct Client::Transfer {
  std::string url;
  List headers;
  List connect_to;
  std::string body;
  bool too_large = false;
  std::optional<std::uint64_t> index;
  char reason[CURL_ERROR_SIZE] = {};

  // Has libcurl send the fields and tell what comes.
  void prepare(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "gatewayctl");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
  }

  static std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.too_large = transfer.body.size() + size > kMostBytes;
    if (transfer.too_large) return 0;
    transfer.body.append(data, size);
    return size;
  }
  static std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* self) {
    constexpr std::string_view kName = "x-consul-index:";
    const std::string_view line(data, size);
    if (line.size() < kName.size() || !iequals(line.substr(0, kName.size()), kName)) return size;
    std::string_view value = line.substr(kName.size());
    while (value.ends_with('\n') || value.ends_with('\r')) value.remove_suffix(1);
    static_cast<Transfer*>(self)->index = parse_uint(trim_ows(value));
    return size;
  }
};

Client::Client(Settings settings, const Clock& clock)
    : settings_(std::move(settings)), clock_(clock), handles_(std::make_unique<Handles>()) {
  start_curl();
  handles_->multi = curl_multi_init();
  handles_->easy = curl_easy_init();
}

Client::~Client() {
  curl_easy_cleanup(handles_->easy);
  curl_multi_cleanup(handles_->multi);
}

void Client::cancel() {
  cancelled_.store(true);
  if (handles_->multi != nullptr) curl_multi_wakeup(handles_->multi);
}

Result<Answer> Client::get(const Query& query) {
  return perform({.path = query.path, .patience = query.patience}, query.blocking);
}

Result<Answer> Client::send(const Request& request) {
  return perform(request, {});
}

Result<Answer> Client::perform(const Request& request, const Blocking& blocking) {
  CURL* const easy = handles_->easy;
  if (easy == nullptr || handles_->multi == nullptr) {
    return fail(ErrorCode::internal, "libcurl could not be started");
  }
  curl_easy_reset(easy);  // connections stay
  Transfer transfer;
  transfer.url = url_of(settings_, base_url(settings_, transfer.connect_to, transfer.headers),
                        request.path, blocking);
  refresh_token(settings_);
  set_identity(easy, settings_, transfer.headers);
  set_tls(easy, settings_);
  if (settings_.url.starts_with("https://")) set_trust(easy, settings_);
  set_method(easy, request, transfer.headers);
  for (const std::string& field : request.fields) append(transfer.headers, field);
  set_bounds(easy, blocking, request.patience);
  set_text(easy, CURLOPT_UNIX_SOCKET_PATH, settings_.unix_socket);
  set_text(easy, CURLOPT_URL, transfer.url);
  transfer.prepare(easy);
  const auto done = run(transfer);
  Answer answer;
  answer.body = Secret(std::move(transfer.body));
  if (!done) return std::unexpected(done.error());
  answer.index = transfer.index;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  const char* type = nullptr;
  curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.content_type = type;
  return answer;
}

Result<void> Client::run(Transfer& transfer) {
  CURLM* const multi = handles_->multi;
  CURL* const easy = handles_->easy;
  curl_multi_add_handle(multi, easy);
  Instant before = clock_.now();
  Result<void> outcome;
  int running = 1;
  while (running > 0) {
    if (cancelled_.load()) {
      outcome = fail(ErrorCode::unreachable, "the request was given up");
      break;
    }
    if (curl_multi_perform(multi, &running) != CURLM_OK || running == 0) break;
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::chrono::milliseconds(kTurn).count()),
                    nullptr);
    const Instant now = clock_.now();
    const bool slept = (now.wall - before.wall) - (now.steady - before.steady) > kSleepIsLongerThan;
    before = now;
    if (slept) {
      outcome = fail(ErrorCode::unreachable, "the machine has slept meanwhile");
      break;
    }
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  if (outcome && message != nullptr && message->data.result != CURLE_OK) {
    const CURLcode code = message->data.result;
    const char* words = transfer.reason[0] != 0 ? transfer.reason : curl_easy_strerror(code);
    outcome = transfer.too_large
                  ? fail(ErrorCode::too_large,
                         fmt::format("the answer is larger than {} bytes", kMostBytes))
                  : fail(ErrorCode::unreachable, printable(words));
  }
  curl_multi_remove_handle(multi, easy);
  return outcome;
}

}  // namespace gw::consul
