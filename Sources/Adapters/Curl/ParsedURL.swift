#if Curl
  import CCurl

  /// A URL that libcurl has taken apart: once for a handle that is used for it again and again, and not for each request.
  @safe final class ParsedURL {
    let text: String
    let raw: OpaquePointer

    /// nil where libcurl refuses it, which says why when it is given the text.
    init?(_ text: String) {
      guard let raw = unsafe curl_url() else { return nil }
      // As libcurl reads a text, and with what `CURLOPT_DISALLOW_USERNAME_IN_URL` and `CURLOPT_PATH_AS_IS` say: those two
      // are about texts alone.
      let flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER | CURLU_PATH_AS_IS
      self.text = text
      unsafe self.raw = raw
      guard unsafe curl_url_set(raw, CURLUPART_URL, text, UInt32(flags)) == CURLUE_OK else { return nil }
    }

    deinit { unsafe curl_url_cleanup(raw) }
  }
#endif
