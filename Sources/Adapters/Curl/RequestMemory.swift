#if Curl
  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif
  import CCurl
  import ServiceTokenDomain

  /// The header lines and the body of one request, and room for libcurl's words about its failure, in memory that libcurl
  /// points to; overwritten when it goes.
  ///
  /// libcurl makes copies of its own in its send buffers, out of reach: this is what can be done from outside.
  @safe final class RequestMemory {
    private(set) var headerLines: UnsafeMutablePointer<curl_slist>?
    let body: UnsafeMutableRawBufferPointer
    /// `CURLOPT_ERRORBUFFER`.
    let errorBuffer: UnsafeMutableRawBufferPointer

    init(_ request: HTTPRequest) {
      unsafe body = .allocate(byteCount: request.body.count, alignment: 1)
      unsafe body.copyBytes(from: request.body)
      unsafe errorBuffer = .allocate(byteCount: Int(CURL_ERROR_SIZE), alignment: 1)
      unsafe errorBuffer.initializeMemory(as: UInt8.self, repeating: 0)
      for field in request.headers {
        let value = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? "" : field.value
        // "Name:" takes a field away; one without a value is spelled with a semicolon.
        append(value.isEmpty ? "\(field.name);" : "\(field.name): \(value)")
      }
      // What libcurl adds of itself, and what would make it wait for leave to send a body.
      for name in ["Accept", "Content-Type", "Expect"] where request.headers[name] == nil { append("\(name):") }
    }

    deinit {
      unsafe overwrite(body)
      unsafe body.deallocate()
      unsafe overwrite(errorBuffer)
      unsafe errorBuffer.deallocate()
      var line = unsafe headerLines
      while let current = unsafe line {
        if let text = unsafe current.pointee.data {
          unsafe overwrite(UnsafeMutableRawBufferPointer(start: text, count: strlen(text)))
        }
        unsafe line = current.pointee.next
      }
      unsafe curl_slist_free_all(headerLines)
    }

    /// libcurl's words about its failure. They may quote the server: to be searched, never to be shown.
    var errorText: String { unsafe String(decoding: errorBuffer.prefix { $0 != 0 }, as: UTF8.self) }

    private func append(_ line: String) {
      // Out of memory the list stays as it was, and a request without one of its fields is the server's to refuse.
      if let longer = unsafe curl_slist_append(headerLines, line) { unsafe headerLines = longer }
    }
  }

  private func overwrite(_ bytes: UnsafeMutableRawBufferPointer) {
    guard bytes.count > 0, let start = bytes.baseAddress else { return }
    #if canImport(Darwin)
      unsafe memset_s(start, bytes.count, 0, bytes.count)
    #else
      // Unlike memset, not optimized away before memory is freed.
      unsafe explicit_bzero(start, bytes.count)
    #endif
  }
#endif
