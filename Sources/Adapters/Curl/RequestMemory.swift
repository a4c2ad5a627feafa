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
      var (lineCount, lineBytes) = (0, 0)
      request.forEachLine { line in
        lineCount += 1
        lineBytes += line.count
      }
      let nodeBytes = unsafe lineCount * MemoryLayout<curl_slist>.stride
      let size = nodeBytes + lineBytes + Int(CURL_ERROR_SIZE) + request.body.count
      unsafe block = .allocate(byteCount: size, alignment: MemoryLayout<curl_slist>.alignment)
      var rest = unsafe block[...]

      // The nodes of the list come first, so that they are aligned.
      let nodes = unsafe rest.take(nodeBytes).bindMemory(to: curl_slist.self)
      var index = 0
      request.forEachLine { line in
        let text = unsafe rest.take(line.count)
        unsafe line.write(to: text)
        let next = unsafe index + 1 < lineCount ? nodes.baseAddress.map { unsafe $0 + index + 1 } : nil
        let data = unsafe text.bindMemory(to: CChar.self).baseAddress
        unsafe nodes.initializeElement(at: index, to: unsafe curl_slist(data: data, next: next))
        index += 1
      }
      unsafe headerLines = lineCount == 0 ? nil : nodes.baseAddress
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
    fileprivate func forEachLine(_ body: (HeaderLine) -> Void) {
      for field in headers {
        // "Name:" takes a field away; one without a value is spelled with a semicolon.
        let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        body(HeaderLine(name: field.name, separator: isBlank ? ";" : ": ", value: isBlank ? "" : field.value))
      }
      for name in unwanted where headers[name] == nil { body(HeaderLine(name: name, separator: ":")) }
    }
  }

  /// What libcurl adds of itself, and what would make it wait for leave to send a body.
  private let unwanted = ["Accept", "Content-Type", "Expect"]

  private struct HeaderLine {
    var name: String
    var separator: String
    var value = ""

    /// Its bytes, with the zero at its end.
    var count: Int { name.utf8.count + separator.utf8.count + value.utf8.count + 1 }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
      var rest = unsafe bytes[...]
      unsafe rest.write(name)
      unsafe rest.write(separator)
      unsafe rest.write(value)
      unsafe rest.take(1)[0] = 0
    }
  }

  extension Slice<UnsafeMutableRawBufferPointer> {
    /// Takes the next `count` bytes.
    fileprivate mutating func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
      let taken = unsafe UnsafeMutableRawBufferPointer(rebasing: prefix(count))
      unsafe removeFirst(count)
      return unsafe taken
    }

    /// Puts `text` there, without a zero.
    fileprivate mutating func write(_ text: String) {
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
