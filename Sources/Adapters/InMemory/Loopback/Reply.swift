extension LoopbackServer {
  /// What the server does with one request: steps in a row. Afterwards it waits for the next request on the connection,
  /// unless a step ended it.
  public struct Reply: Sendable {
    enum Step {
      case bytes([UInt8])
      case trickle([UInt8], every: Duration)
      case flood([UInt8])
      case wait(Gate)
      case act(@Sendable () -> Void)
      case silence
      case close
      case reset
    }

    var steps: [Step]

    /// A whole answer, with the `Content-Length` of its body.
    public static func answer(_ status: Int, headers: [(String, String)] = [], body: [UInt8] = []) -> Reply {
      raw(head(status, headers + [("Content-Length", "\(body.count)")]) + body)
    }

    /// 200 with a JSON body.
    public static func ok(json: String) -> Reply {
      answer(200, headers: [("Content-Type", "application/json")], body: Array(json.utf8))
    }

    /// These bytes and no others.
    public static func raw(_ bytes: [UInt8]) -> Reply { Reply(steps: [.bytes(bytes)]) }

    /// The UTF-8 of this text and nothing else.
    public static func raw(_ text: String) -> Reply { raw(Array(text.utf8)) }

    /// Nothing: the connection stays open until the client closes it or the server stops.
    public static var never: Reply { Reply(steps: [.silence]) }

    /// Nothing: the connection is closed in an orderly way (FIN).
    public static var close: Reply { Reply(steps: [.close]) }

    /// Nothing: the connection is reset (RST).
    public static var reset: Reply { Reply(steps: [.reset]) }

    /// A head whose body never ends: `chunk` again and again until the client goes.
    public static func flood(_ status: Int, headers: [(String, String)] = [], chunk: [UInt8]) -> Reply {
      raw(head(status, headers)).then(flooding(chunk))
    }

    /// `chunk` again and again until the client goes.
    public static func flooding(_ chunk: [UInt8]) -> Reply { Reply(steps: [.flood(chunk)]) }

    /// Nothing, but `action` is carried out at this point, on the connection's thread.
    public static func act(_ action: @escaping @Sendable () -> Void) -> Reply { Reply(steps: [.act(action)]) }

    /// The same, once `gate` is open.
    public func after(_ gate: Gate) -> Reply { Reply(steps: [.wait(gate)] + steps) }

    /// The same, and then `next`.
    public func then(_ next: Reply) -> Reply { Reply(steps: steps + next.steps) }

    /// The same bytes, but one at a time, with `pause` before each.
    public func trickled(every pause: Duration) -> Reply {
      Reply(
        steps: steps.map { step in
          if case .bytes(let bytes) = step { .trickle(bytes, every: pause) } else { step }
        })
    }

    private static func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
      let lines = ["HTTP/1.1 \(status) Status"] + headers.map { "\($0): \($1)" } + ["", ""]
      return Array(lines.joined(separator: "\r\n").utf8)
    }
  }
}
