public import ServiceTokenClient

extension ServiceTokenClient {
  /// The files from which a live client takes whom it trusts and who it is in TLS; libcurl only. With none of them it
  /// trusts whom the system trusts and shows no certificate.
  ///
  /// ```
  /// let client = try ServiceTokenClient.live(
  ///   issuer: "https://member-center.example", clientID: "visionA", clientSecret: secret,
  ///   tls: .init(caFile: "/etc/mesh/ca.pem", clientCertificateFile: "/etc/mesh/client.pem"))
  /// ```
  ///
  /// Each is looked at when the client is made, so that what cannot work shows then, and read anew for every connection:
  /// what is replaced on disk counts from the next one on. Replace certificate and key by one rename, or keep both in one
  /// file; between two renames they do not belong together.
  public struct TLSFiles: Sendable, Hashable {
    /// PEM certificates to trust instead of the system's.
    public var caFile: String?
    /// A directory of PEM certificates to trust instead of the system's, each in a file that is named by its hash
    /// (`openssl rehash`). With ``caFile`` both are trusted.
    public var caDirectory: String?
    /// The PEM certificate that is shown to a server which asks for one, with those between it and its authority.
    public var clientCertificateFile: String?
    /// That certificate's PEM private key, not encrypted; nil where ``clientCertificateFile`` holds it too.
    public var clientKeyFile: String?

    /// Names files; each is nil by default.
    public init(
      caFile: String? = nil, caDirectory: String? = nil, clientCertificateFile: String? = nil,
      clientKeyFile: String? = nil
    ) {
      self.caFile = caFile
      self.caDirectory = caDirectory
      self.clientCertificateFile = clientCertificateFile
      self.clientKeyFile = clientKeyFile
    }
  }
}
