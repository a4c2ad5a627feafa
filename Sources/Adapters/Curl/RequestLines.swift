#if Curl
  import ServiceTokenDomain

  extension HTTPRequest {
    /// Refuses what would end a line early, and with it forge another one, or end a C string.
    func checkLines() throws(TransportFailure) {
      guard !method.isEmpty, method.utf8.areAll(\.isTokenCharacter) else {
        throw TransportFailure(.other, "the method is no token")
      }
      guard url.utf8.areAll({ $0 > 0x20 && $0 != 0x7F }) else {
        throw TransportFailure(.other, "the URL holds a blank or a control character")
      }
      for field in headers {
        guard !field.name.isEmpty, field.name.utf8.areAll(\.isTokenCharacter) else {
          throw TransportFailure(.other, "the name of a header field is no token")
        }
        guard field.value.utf8.areAll({ $0 != 0x0D && $0 != 0x0A && $0 != 0 }) else {
          throw TransportFailure(.other, "a header field holds a line break")
        }
      }
    }
  }

  extension UInt8 {
    /// RFC 9110 §5.6.2, `tchar`.
    fileprivate var isTokenCharacter: Bool {
      switch self {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        true
      default: "!#$%&'*+.^_`|~".utf8.contains(self)
      }
    }
  }
#endif
