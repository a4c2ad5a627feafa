import ServiceTokens

/// What of a server's certificate the doctor tells. It is all the server's words.
struct Certificate: Sendable, Equatable {
  var subject: String
  var issuer: String
  /// The names and addresses that it is for.
  var names: [String]
  /// Nil where the date cannot be read.
  var notBefore: Timestamp?
  var notAfter: Timestamp?

  init(subject: String, issuer: String, names: [String], notBefore: Timestamp?, notAfter: Timestamp?) {
    self.subject = subject
    self.issuer = issuer
    self.names = names
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// Reads lines `Name:Value`, as libcurl gives them with OpenSSL or GnuTLS.
  init(_ lines: [String]) {
    func value(_ name: String) -> String? {
      lines.first { $0.hasPrefix("\(name):") }.map { String($0.dropFirst(name.count + 1)) }
    }
    let names = (value("X509v3 Subject Alternative Name") ?? "").split(separator: ",").compactMap { part in
      let pair = part.drop { $0 == " " }.split(separator: ":", maxSplits: 1)
      return pair.count == 2 && ["DNS", "IP Address"].contains(pair[0]) ? pair[1].lowercased() : nil
    }
    self.init(
      subject: value("Subject") ?? "", issuer: value("Issuer") ?? "", names: names,
      notBefore: value("Start date").flatMap(Self.date), notAfter: value("Expire date").flatMap(Self.date))
  }

  /// `Aug 22 00:00:00 2026 GMT` (OpenSSL) or `2026-08-22 00:00:00 GMT` (GnuTLS).
  static func date(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ")
    guard parts.last == "GMT" else { return nil }
    if parts.count == 3 { return Wire.RFC3339.parse("\(parts[0])T\(parts[1])Z") }
    guard parts.count == 5, let month = months.firstIndex(of: String(parts[0])) else { return nil }
    let day = parts[1].count == 1 ? "0\(parts[1])" : String(parts[1])
    return Wire.RFC3339.parse("\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(day)T\(parts[2])Z")
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Whether it is for `host`; a star stands for one label (RFC 9525 §6.3).
  func isFor(_ host: String) -> Bool {
    let host = host.lowercased()
    return names.contains { name in
      name == host || name.hasPrefix("*.") && host.drop { $0 != "." } == name.dropFirst() && !host.hasPrefix(".")
    }
  }

  /// Whole days from `now` until it expires, negative ones since.
  func daysLeft(at now: Timestamp) -> Int64? {
    notAfter.map { Int64((Double($0.seconds - now.seconds) / 86_400).rounded(.down)) }
  }
}
