/// What a file of PEM (RFC 7468) holds, by its labels; nothing else of it is kept.
struct PEM: Sendable {
  enum PrivateKey: Sendable {
    case plain
    case encrypted
  }

  private(set) var hasCertificate = false
  /// The first one, which is the one that OpenSSL takes.
  private(set) var privateKey: PrivateKey?

  init(_ content: UnsafeRawBufferPointer) {
    let lines = unsafe content.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }
    for index in unsafe lines.indices {
      let line = unsafe lines[index]
      guard unsafe line.starts(with: "-----BEGIN ".utf8) else { continue }
      let label = unsafe String(decoding: line.dropFirst(11), as: UTF8.self)
      if ["CERTIFICATE-----", "TRUSTED CERTIFICATE-----", "X509 CERTIFICATE-----"].contains(where: label.hasPrefix) {
        hasCertificate = true
      } else if label.contains("PRIVATE KEY-----"), privateKey == nil {
        // RFC 1421 §4.6.1.1: the older form says it in the block.
        let next = unsafe lines.dropFirst(index + 1).first
        let saysSo = unsafe next?.starts(with: "Proc-Type: 4,ENCRYPTED".utf8) == true
        privateKey = label.hasPrefix("ENCRYPTED") || saysSo ? .encrypted : .plain
      }
    }
  }
}
