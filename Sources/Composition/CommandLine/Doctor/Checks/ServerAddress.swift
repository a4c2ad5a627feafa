import ServiceTokens

/// Where a server is: what of a URL a connection is made by.
struct ServerAddress: Sendable, Equatable {
  let isTLS: Bool
  /// Without the brackets of an address.
  let host: String
  let port: UInt16

  /// Takes a URL that was checked before.
  init(of url: BaseURL) {
    isTLS = url.text.hasPrefix("https://")
    let authority = url.text.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
    (host, port) = ServerAddress.parts(of: authority, port: isTLS ? 443 : 80)
  }

  /// Takes what a variable names as a proxy: a URL, or a host, with or without a port; nil for anything else.
  init?(proxy text: String) {
    // Behind the first slash an at-sign belongs to a password that was not encoded, and what is before it is not a host.
    let slashes = text.split(separator: "/", omittingEmptySubsequences: false)
    guard !slashes.dropFirst(text.contains("://") ? 3 : 1).contains(where: { $0.contains("@") }) else { return nil }
    let schemeEnd = text.firstRange(of: "://")
    isTLS = schemeEnd.map { text[..<$0.lowerBound].lowercased() == "https" } ?? false
    let rest = text[(schemeEnd?.upperBound ?? text.startIndex)...].prefix { $0 != "/" }
    let authority = rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest
    // libcurl's own default.
    (host, port) = ServerAddress.parts(of: authority, port: isTLS ? 443 : 1080)
    guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
  }

  private static func parts(of authority: Substring, port: UInt16) -> (String, UInt16) {
    let hostEnd =
      authority.hasPrefix("[")
      ? authority.firstIndex(of: "]").map { authority.index(after: $0) } ?? authority.endIndex
      : authority.firstIndex(of: ":") ?? authority.endIndex
    let host = authority[..<hostEnd].filter { $0 != "[" && $0 != "]" }
    return (host, UInt16(authority[hostEnd...].dropFirst()) ?? port)
  }

  /// Whether it is this machine, which no proxy is asked for.
  var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
  }
}

/// To whom connections go: to the server, or to a proxy of the environment (SPEC C5).
struct Route: Sendable, Equatable {
  let server: ServerAddress
  /// The proxy, and the variable that names it.
  let proxy: Proxy?
  /// The variable that names what cannot be read as a proxy.
  let unreadable: String?

  struct Proxy: Sendable, Equatable {
    let variable: String
    let address: ServerAddress
  }

  /// Where the first connection goes.
  var next: ServerAddress { proxy?.address ?? server }

  /// What `next` is, in words.
  var who: String { proxy.map { "the proxy of \($0.variable)" } ?? "the server" }

  /// Finds it as libcurl does. Ranges of addresses in `NO_PROXY` are not looked at.
  init(to server: ServerAddress, _ variables: EnvironmentVariables) {
    self.server = server
    let names =
      (server.isTLS ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]) + ["all_proxy", "ALL_PROXY"]
    let named = names.lazy.compactMap { name in
      variables[name].flatMap { $0.isEmpty ? nil : (name, $0) }
    }.first
    let exceptions = variables["no_proxy"] ?? variables["NO_PROXY"] ?? ""
    guard let (variable, text) = named, !server.isLoopback, !Self.excepts(server.host, exceptions) else {
      (proxy, unreadable) = (nil, nil)
      return
    }
    proxy = ServerAddress(proxy: text).map { Proxy(variable: variable, address: $0) }
    unreadable = proxy == nil ? variable : nil
  }

  /// What is to be said of a proxy before anything is sent; nil where there is none.
  var finding: Finding? {
    if let unreadable {
      return .warning(
        .configuration, "proxy_unreadable", "\(unreadable) names a proxy that cannot be read",
        "It must be a URL such as http://proxy.example:3128, with user and password percent-encoded.")
    }
    return proxy.map { proxy in
      let address = "\(proxy.address.host) port \(proxy.address.port)"
      return .ok(.configuration, "proxy", "\(proxy.variable) leads through a proxy: \(address)")
    }
  }

  private static func excepts(_ host: String, _ exceptions: String) -> Bool {
    exceptions.lowercased().split { $0 == "," || $0.isWhitespace }.contains { exception in
      let name = exception.hasPrefix(".") ? exception.dropFirst() : exception
      return exception == "*" || host == name || host.hasSuffix(".\(name)")
    }
  }
}
