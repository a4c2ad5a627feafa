#if Curl
  /// One of libcurl's handles, easy or multi, as a value to keep and compare.
  ///
  /// `@safe`, because keeping it touches no memory; each use of ``raw`` is marked where it stands.
  @safe struct Handle: Equatable, Hashable {
    let raw: UnsafeMutableRawPointer

    /// nil when libcurl could not make one.
    init?(_ raw: UnsafeMutableRawPointer?) {
      guard let raw = unsafe raw else { return nil }
      unsafe self.raw = unsafe raw
    }

    static func == (lhs: Handle, rhs: Handle) -> Bool { unsafe lhs.raw == rhs.raw }

    func hash(into hasher: inout Hasher) { hasher.combine(unsafe UInt(bitPattern: raw)) }
  }
#endif
