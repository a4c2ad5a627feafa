package import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenEnvironment

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The TLS files under the names by which they were configured, to be checked before they are used: TLS would call a
/// wrong one an unavailable server, three attempts later.
package struct TLSSettings: Sendable {
  let caFile: Setting<String?>
  let caDirectory: Setting<String?>
  let clientCertificate: Setting<String?>
  let clientKey: Setting<String?>

  /// The first that was set, where none can be used.
  var first: Setting<String?>? {
    [caFile, caDirectory, clientCertificate, clientKey].first { $0.value != nil }
  }

  /// The files, each found to hold what it is for.
  ///
  /// - Throws: `invalidConfiguration`, naming the setting and showing no value.
  package func checked() throws -> ServiceTokenClient.TLSFiles {
    if let path = caFile.value, try !caFile.pem(in: path).hasCertificate {
      throw caFile.refused("no PEM certificate in the file")
    }
    try caDirectory.checkDirectory()
    if let path = clientCertificate.value {
      let certificate = try clientCertificate.pem(in: path)
      guard certificate.hasCertificate else { throw clientCertificate.refused("no PEM certificate in the file") }
      if let keyPath = clientKey.value {
        try clientKey.check(try clientKey.pem(in: keyPath).privateKey, "no PEM private key in the file")
      } else {
        try clientCertificate.check(
          certificate.privateKey, "no PEM private key in the file; set \(clientKey.name) to the file that holds it")
      }
    } else if clientKey.value != nil {
      throw clientKey.refused("a key without a certificate; set \(clientCertificate.name) too")
    }
    return ServiceTokenClient.TLSFiles(
      caFile: caFile.value, caDirectory: caDirectory.value, clientCertificateFile: clientCertificate.value,
      clientKeyFile: clientKey.value)
  }
}

extension Setting<String?> {
  /// What PEM the file at `path` holds, which is far less than 4 MiB.
  fileprivate func pem(in path: String) throws -> PEM {
    do {
      return try unsafe RegularFile.withContent(of: path, atMost: 4 << 20) { unsafe PEM($0) }
    } catch {
      throw refused(error.problem)
    }
  }

  fileprivate func check(_ key: PEM.PrivateKey?, _ reasonWithoutKey: String) throws {
    guard let key else { throw refused(reasonWithoutKey) }
    if key == .encrypted { throw refused("the private key is encrypted, and nobody is asked for its passphrase") }
  }

  fileprivate func checkDirectory() throws {
    guard let path = value else { return }
    guard let directory = unsafe opendir(path) else {
      throw refused("cannot open: \(unsafe String(cString: strerror(errno)))")
    }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      // As `openssl rehash` names it: the hash, and a number for those that share it.
      if name.wholeMatch(of: /[0-9a-f]{8}\.[0-9]+/) != nil { return }
    }
    throw refused("no certificate under the name of its hash in the directory; see openssl rehash")
  }
}
