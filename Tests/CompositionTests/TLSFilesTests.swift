import Foundation
import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@Suite("Live client: the files of TLS", .timeLimit(.minutes(1)))
struct TLSFilesTests {
  private static let settings = ["MC_CA_FILE", "MC_CA_DIR", "MC_CLIENT_CERT_FILE", "MC_CLIENT_KEY_FILE"]
  private static let certificate = pem("CERTIFICATE")
  private static let key = pem("PRIVATE KEY")

  private let directory = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID())")

  /// A block whose content nobody looks at.
  private static func pem(_ label: String, header: String = "") -> String {
    "-----BEGIN \(label)-----\n\(header)AAAA\n-----END \(label)-----\n"
  }

  /// What is wrong with settings that name files of these contents; nil when nothing is. A content of nil is no file.
  private func refusal(
    _ contents: [String: String?], transport: ServiceTokenClient.Transport = .standard,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String? {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    var variables = [
      "MC_ISSUER": "https://member-center.example", "MC_CLIENT_ID": "visionA", "MC_CLIENT_SECRET": Canary.secret,
    ]
    for (setting, content) in contents {
      // What is put into the wrong setting is not to be shown.
      let file = directory.appending(path: "canary-token-\(setting)")
      if setting == "MC_CA_DIR" {
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
        if let name = content { try Data().write(to: file.appending(path: name)) }
      } else if let content {
        try Data(content.utf8).write(to: file)
      }
      variables[setting] = file.path
    }
    do {
      _ = try ServiceTokenClient.live(environment: EnvironmentVariables(variables), transport: transport)
      return nil
    } catch let error as ServiceTokenError {
      #expect(error.code == .invalidConfiguration, sourceLocation: sourceLocation)
      #expect(!Canary.shows(in: error), "the error shows a value", sourceLocation: sourceLocation)
      return error.message
    }
  }

  @Test("C5: none of them is used where the transport cannot take it", arguments: settings)
  func otherTransports(setting: String) throws {
    let contents = [setting: setting == "MC_CA_DIR" ? "0123abcd.0" : Self.certificate + Self.key]
    let urlSession = try refusal(contents, transport: .urlSession)
    #expect(urlSession?.hasPrefix("\(setting): the URLSession transport") == true)
    let custom = try refusal(contents, transport: .custom(ScriptedHTTP([])))
    #expect(custom?.hasPrefix("\(setting): a transport of your own") == true)
  }

  #if Curl
    @Test("C5: what holds the right things is taken")
    func taken() throws {
      for label in ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"] {
        #expect(try refusal(["MC_CA_FILE": "words before it\r\n" + Self.pem(label)]) == nil)
      }
      #expect(try refusal(["MC_CA_FILE": Self.certificate, "MC_CA_DIR": "0123abcd.0"]) == nil)
      #expect(try refusal(["MC_CLIENT_CERT_FILE": Self.certificate + Self.key]) == nil)
      for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
        let files = ["MC_CLIENT_CERT_FILE": Self.certificate, "MC_CLIENT_KEY_FILE": Self.pem(label)]
        #expect(try refusal(files) == nil)
      }
    }

    @Test(
      "C4: a file that holds something else is refused",
      arguments: ["", "PEM", pem("PRIVATE KEY"), pem("CERTIFICATE REQUEST"), " \(pem("CERTIFICATE"))"])
    func noCertificate(content: String) throws {
      #expect(try refusal(["MC_CA_FILE": content]) == "MC_CA_FILE: no PEM certificate in the file")
      let client = ["MC_CLIENT_CERT_FILE": content, "MC_CLIENT_KEY_FILE": Self.key]
      #expect(try refusal(client) == "MC_CLIENT_CERT_FILE: no PEM certificate in the file")
    }

    @Test("C4: a file that is not there is refused, with the system's reason")
    func missing() throws {
      let reason = "cannot open: No such file or directory"
      #expect(try refusal(["MC_CA_FILE": nil]) == "MC_CA_FILE: \(reason)")
      #expect(try refusal(["MC_CLIENT_CERT_FILE": nil]) == "MC_CLIENT_CERT_FILE: \(reason)")
      let client = ["MC_CLIENT_CERT_FILE": Self.certificate, "MC_CLIENT_KEY_FILE": nil]
      #expect(try refusal(client) == "MC_CLIENT_KEY_FILE: \(reason)")
    }

    @Test(
      "C4: a directory without a certificate under its hash is refused", arguments: [nil, "authority.pem", "12345678"])
    func directoryWithoutHashes(name: String?) throws {
      #expect(try refusal(["MC_CA_DIR": name])?.hasPrefix("MC_CA_DIR: no certificate under the name") == true)
    }

    @Test("C4: a certificate without a key, and a key without a certificate, are refused")
    func halves() throws {
      let certificate = try refusal(["MC_CLIENT_CERT_FILE": Self.certificate])
      #expect(certificate?.hasPrefix("MC_CLIENT_CERT_FILE: no PEM private key") == true)
      #expect(certificate?.contains("MC_CLIENT_KEY_FILE") == true)
      let key = try refusal(["MC_CLIENT_KEY_FILE": Self.key])
      #expect(key?.hasPrefix("MC_CLIENT_KEY_FILE: a key without a certificate") == true)
      #expect(key?.contains("MC_CLIENT_CERT_FILE") == true)
      let noKey = ["MC_CLIENT_CERT_FILE": Self.certificate + Self.key, "MC_CLIENT_KEY_FILE": Self.certificate]
      #expect(try refusal(noKey) == "MC_CLIENT_KEY_FILE: no PEM private key in the file")
    }

    @Test(
      "C4: an encrypted key is refused, for nobody can be asked",
      arguments: [pem("ENCRYPTED PRIVATE KEY"), pem("RSA PRIVATE KEY", header: "Proc-Type: 4,ENCRYPTED\r\n")])
    func encrypted(key: String) throws {
      let apart = ["MC_CLIENT_CERT_FILE": Self.certificate, "MC_CLIENT_KEY_FILE": key]
      #expect(try refusal(apart)?.hasPrefix("MC_CLIENT_KEY_FILE: the private key is encrypted") == true)
      let together = ["MC_CLIENT_CERT_FILE": Self.certificate + key]
      #expect(try refusal(together)?.hasPrefix("MC_CLIENT_CERT_FILE: the private key is encrypted") == true)
    }
  #endif
}
