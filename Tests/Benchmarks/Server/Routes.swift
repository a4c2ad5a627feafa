/// What is answered to which target, and how late. Targets are few: each is read once and then only compared.
struct Routes {
  private struct Route {
    let target: [UInt8]
    let answer: [UInt8]
    let delay: Int
  }

  private var known: [Route] = []
  private var requests = 0

  /// The answer, and the milliseconds that it is to be late.
  mutating func answer(to target: ArraySlice<UInt8>) -> (answer: [UInt8], delay: Int) {
    if target.elementsEqual("/requests".utf8) { return (Self.http(200, Array("\(requests)".utf8)), 0) }
    requests += 1
    if let route = known.first(where: { $0.target.elementsEqual(target) }) { return (route.answer, route.delay) }
    let route = Self.route(target)
    known.append(route)
    return (route.answer, route.delay)
  }

  /// Reads `/DELAY/LIFE/oauth/token` or the same without the two numbers.
  private static func route(_ target: ArraySlice<UInt8>) -> Route {
    let parts = String(decoding: target, as: UTF8.self).split(separator: "/")
    let numbers = parts.prefix(2).compactMap { Int($0) }
    let (delay, life) = numbers.count == 2 ? (numbers[0], numbers[1]) : (0, Fixture.longLife)
    let answer =
      switch parts.last {
      case "token": http(200, Fixture.tokenAnswer(life: life))
      case "download-tokens": http(200, Fixture.downloadAnswer)
      default: http(404, [])
      }
    return Route(target: Array(target), answer: answer, delay: delay)
  }

  private static func http(_ status: Int, _ body: [UInt8]) -> [UInt8] {
    Array(
      """
      HTTP/1.1 \(status) \(status == 200 ? "OK" : "Not Found")\r
      Content-Type: application/json\r
      Cache-Control: no-store\r
      Content-Length: \(body.count)\r
      \r\n
      """.utf8) + body
  }
}
