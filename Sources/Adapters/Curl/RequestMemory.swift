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

  /// The header lines and the body of one request, and room for libcurl's words about its failure, in one block of memory
  /// that libcurl points to; overwritten when it goes.
  ///
  /// libcurl makes copies of its own in its send buffers, out of reach: this is what can be done from outside.
  @safe final class RequestMemory {
    let headerLines: UnsafeMutablePointer<curl_slist>?
    let body: UnsafeMutableRawBufferPointer
    /// `CURLOPT_ERRORBUFFER`.
    let errorBuffer: UnsafeMutableRawBufferPointer
    private let block: UnsafeMutableRawBufferPointer

    init(_ request: HTTPRequest) {
      let lines = request.lines
      let nodeBytes = unsafe lines.count * MemoryLayout<curl_slist>.stride
      let size = lines.reduce(nodeBytes + Int(CURL_ERROR_SIZE) + request.body.count) { $0 + $1.count }
      unsafe block = .allocate(byteCount: size, alignment: MemoryLayout<curl_slist>.alignment)
      var rest = unsafe Rest(start: block.baseAddress)

      // The nodes of the list come first, so that they are aligned.
      let nodes = unsafe rest.take(nodeBytes).bindMemory(to: curl_slist.self)
      for (index, line) in lines.enumerated() {
        let text = unsafe rest.take(line.count)
        unsafe line.write(to: text)
        let next = unsafe index + 1 < lines.count ? nodes.baseAddress.map { unsafe $0 + index + 1 } : nil
        let data = unsafe text.bindMemory(to: CChar.self).baseAddress
        unsafe nodes.initializeElement(at: index, to: unsafe curl_slist(data: data, next: next))
      }
      unsafe headerLines = lines.isEmpty ? nil : nodes.baseAddress
      unsafe errorBuffer = rest.take(Int(CURL_ERROR_SIZE))
      unsafe errorBuffer.initializeMemory(as: UInt8.self, repeating: 0)
      unsafe body = rest.take(request.body.count)
      unsafe body.copyBytes(from: request.body)
    }

    deinit {
      unsafe overwrite(block)
      unsafe block.deallocate()
    }

    /// libcurl's words about its failure. They may quote the server: to be searched, never to be shown.
    var errorText: String { unsafe String(decoding: errorBuffer.prefix { $0 != 0 }, as: UTF8.self) }
  }

  extension HTTPRequest {
    /// Whether libcurl sends it as a `POST`, whatever its method is called: as the one kind of request that has a body.
    var isSentAsPost: Bool { !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) }

    /// The lines that libcurl is to write, and those that it would write of itself and is not to.
    fileprivate var lines: [HeaderLine] {
      let written = isTypedByLibcurl ? headers.dropLast() : headers[...]
      var lines: [HeaderLine] = []
      lines.reserveCapacity(written.count + 2)
      for field in written {
        // "Name:" takes a field away; one without a value is spelled with a semicolon.
        let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        lines.append(HeaderLine(name: field.name, separator: isBlank ? ";" : ": ", value: isBlank ? "" : field.value))
      }
      for name in ["Accept", "Content-Type"] where headers[name] == nil {
        lines.append(HeaderLine(name: name, separator: ":"))
      }
      // It waits for leave to send a body above a size, which was never below this one.
      if body.count >= 1024, headers["Expect"] == nil { lines.append(HeaderLine(name: "Expect", separator: ":")) }
      return lines
    }

    /// Whether the last field is the type that libcurl itself says a form has, after all other fields: which it does in
    /// one piece, where it takes a hundred instructions for each byte of a line that it is given.
    private var isTypedByLibcurl: Bool {
      guard isSentAsPost, let last = headers.last, last.name == "Content-Type",
        last.value == "application/x-www-form-urlencoded"
      else { return false }
      return !headers.dropLast().contains { $0.isNamed("Content-Type") }
    }
  }

  private struct HeaderLine {
    var name: String
    var separator: String
    var value = ""

    /// Its bytes, with the zero at its end.
    var count: Int { name.utf8.count + separator.utf8.count + value.utf8.count + 1 }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
      var rest = unsafe Rest(start: bytes.baseAddress)
      unsafe rest.write(name)
      unsafe rest.write(separator)
      unsafe rest.write(value)
      unsafe rest.take(1)[0] = 0
    }
  }

  /// What of a block has not been given out yet.
  @unsafe private struct Rest {
    var start: UnsafeMutableRawPointer?

    /// Takes the next `count` bytes.
    mutating func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
      defer { unsafe start = start.map { unsafe $0 + count } }
      return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    /// Puts `text` there, without a zero.
    mutating func write(_ text: String) {
      unsafe take(text.utf8.count).copyBytes(from: text.utf8)
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
