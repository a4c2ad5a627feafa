import ServiceTokenDomain
import Testing

@Suite struct DownloadRequestTests {
  @Test(
    "D1: a lifetime of zero or less, or none, means 300 s, and a fraction is rounded up",
    arguments: [
      (nil, 300), (.zero, 300), (.seconds(-1), 300), (.nanoseconds(-1), 300),
      (Duration(secondsComponent: 0, attosecondsComponent: 1), 1),
      (.milliseconds(1), 1), (.milliseconds(999), 1), (.seconds(1), 1), (.milliseconds(1001), 2), (.seconds(60), 60),
      (.milliseconds(59_500), 60), (.seconds(Int64.max), .max),
      (Duration(secondsComponent: .max, attosecondsComponent: 1), .max), (.seconds(Int64.min), 300),
    ] as [(Duration?, Int64)])
  func lifetime(lifetime: Duration?, seconds: Int64) {
    let request = DownloadRequest(tenantID: "t", userID: "u", objectKey: "k", lifetime: lifetime)
    #expect(request.lifetimeSeconds == seconds)
  }
}
