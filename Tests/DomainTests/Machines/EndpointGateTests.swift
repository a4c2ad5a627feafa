import ServiceTokenDomain
import Testing

/// The rows of the table in ``EndpointGate``.
@Suite struct EndpointGateTests {
  /// A gate that an outage has closed for a second, from the start on.
  private static func closed() -> EndpointGate {
    var gate = EndpointGate(closesOnOutage: true)
    gate.failed(.outage, wasProbe: false, at: .start)
    return gate
  }

  /// The same a second later, when somebody has been let through to probe.
  private static func probing() -> EndpointGate {
    var gate = closed()
    _ = gate.admit(at: .start.after(1))
    return gate
  }

  /// How long `gate` stays closed, in seconds; nil where it is open.
  private static func secondsClosed(_ gate: EndpointGate, at now: Reading) -> Int64? {
    gate.timeClosed(at: now).map { $0.components.seconds }
  }

  @Test("S11: an open gate lets everybody through, as often as they come", arguments: [true, false])
  func open(closesOnOutage: Bool) {
    var gate = EndpointGate(closesOnOutage: closesOnOutage)
    for _ in 1...3 { #expect(gate.admit(at: .start) == .free) }
    #expect(gate.isOpen)
    #expect(gate.timeClosed(at: .start) == nil)
  }

  @Test(
    "S11: a Retry-After closes the gate, option or not, and whoever comes hears the time left",
    arguments: [true, false])
  func retryAfterCloses(closesOnOutage: Bool) {
    var gate = EndpointGate(closesOnOutage: closesOnOutage)
    gate.failed(.busy(20), wasProbe: false, at: .start)
    #expect(!gate.isOpen)
    #expect(gate.admit(at: .start) == .refused(timeLeft: .seconds(20)))
    #expect(gate.admit(at: .start.after(19)) == .refused(timeLeft: .seconds(1)))
    #expect(gate.timeClosed(at: .start.after(19)) == .seconds(1))
  }

  @Test("S11: a Retry-After counts whatever the failure was, and one of zero closes nothing for longer than a probe")
  func retryAfterOfRefusal() {
    var gate = EndpointGate()
    gate.failed(FetchFailure(retryAfter: .seconds(7)), wasProbe: false, at: .start)
    #expect(gate.admit(at: .start) == .refused(timeLeft: .seconds(7)))
    gate = EndpointGate()
    gate.failed(FetchFailure(retryAfter: .zero), wasProbe: false, at: .start)
    #expect(gate.admit(at: .start) == .probe)
  }

  @Test("S11: a Retry-After closes the gate for an hour at most")
  func retryAfterIsCapped() {
    for seconds in [3600, 3601, 31_536_000, .max] as [Int64] {
      var gate = EndpointGate()
      gate.failed(.busy(seconds), wasProbe: false, at: .start)
      #expect(gate.admit(at: .start) == .refused(timeLeft: .seconds(3600)))
      #expect(gate.admit(at: .start.after(3600)) == .probe)
    }
  }

  @Test("S11: when the time is over one is let through to probe, by either clock; all others are refused meanwhile")
  func probe() {
    let end = Reading.start.after(20)
    for (now, expected) in [
      (
        Reading(monotonic: end.monotonic - 1, wall: end.wall - 1),
        EndpointGate.Admission.refused(timeLeft: .nanoseconds(1))
      ),
      (end, .probe), (Reading(monotonic: end.monotonic, wall: 0), .probe),
      (Reading(monotonic: 0, wall: end.wall), .probe),
    ] {
      var gate = EndpointGate()
      gate.failed(.busy(20), wasProbe: false, at: .start)
      #expect(gate.admit(at: now) == expected)
      guard expected == .probe else { continue }
      for later in [now, now.after(3600)] {
        #expect(gate.admit(at: later) == .refused(timeLeft: .seconds(1)))
        #expect(gate.timeClosed(at: later) == .zero)
      }
      #expect(!gate.isOpen)
    }
  }

  @Test("S11: an outage closes the gate where that is wanted, and a refusal by the server never does")
  func outage() {
    var wanted = EndpointGate(closesOnOutage: true)
    wanted.failed(.refusal, wasProbe: false, at: .start)
    #expect(wanted.isOpen)
    wanted.failed(.outage, wasProbe: false, at: .start)
    #expect(wanted.admit(at: .start) == .refused(timeLeft: .seconds(1)))
    var unwanted = EndpointGate()
    unwanted.failed(.outage, wasProbe: false, at: .start)
    #expect(unwanted.admit(at: .start) == .free)
  }

  @Test("S11: probes that fail close the gate for 1, 2, 4, 8, 16, 30, 30 s, and after a success for 1 s again")
  func pauses() {
    var gate = EndpointGate(closesOnOutage: true)
    var now = Reading.start
    var wasProbe = false
    for pause in [1, 2, 4, 8, 16, 30, 30, 30] as [Int64] {
      gate.failed(.outage, wasProbe: wasProbe, at: now)
      #expect(gate.admit(at: now) == .refused(timeLeft: .seconds(pause)))
      now = now.after(pause)
      #expect(gate.admit(at: now) == .probe)
      wasProbe = true
    }
    gate.succeeded(wasProbe: true)
    gate.failed(.outage, wasProbe: false, at: now)
    #expect(gate.admit(at: now) == .refused(timeLeft: .seconds(1)))
    #expect(gate.admit(at: now.after(1)) == .probe)
  }

  @Test("S11: fetches that were on their way when the gate closed double no pause and lengthen none")
  func lateOutages() {
    var gate = Self.closed()
    for _ in 1...5 { gate.failed(.outage, wasProbe: false, at: .start.after(0)) }
    #expect(Self.secondsClosed(gate, at: .start) == 1)
    // Nor when the time is over and nobody has come yet, nor while somebody probes.
    gate.failed(.outage, wasProbe: false, at: .start.after(1))
    #expect(gate.admit(at: .start.after(1)) == .probe)
    gate.failed(.outage, wasProbe: false, at: .start.after(1))
    #expect(gate.admit(at: .start.after(1)) == .refused(timeLeft: .seconds(1)))
    gate.failed(.outage, wasProbe: true, at: .start.after(1))
    #expect(Self.secondsClosed(gate, at: .start.after(1)) == 2)
  }

  @Test("S11: of two times to wait the longer one counts: Retry-After or pause, earlier or later")
  func longerWins() {
    var gate = EndpointGate(closesOnOutage: true)
    gate.failed(.busy(20), wasProbe: false, at: .start)
    gate.failed(.busy(5), wasProbe: false, at: .start.after(1))
    #expect(Self.secondsClosed(gate, at: .start.after(1)) == 19)
    gate.failed(.busy(60), wasProbe: false, at: .start.after(1))
    #expect(Self.secondsClosed(gate, at: .start.after(1)) == 60)

    // The fourth outage's pause is 8 s.
    for (retryAfter, closed) in [(0, 8), (5, 8), (8, 8), (9, 9), (60, 60)] as [(Int64, Int64)] {
      var gate = Self.closed()
      for second in [1, 3] as [Int64] {
        _ = gate.admit(at: .start.after(second))
        gate.failed(.outage, wasProbe: true, at: .start.after(second))
      }
      _ = gate.admit(at: .start.after(7))
      gate.failed(.busy(retryAfter), wasProbe: true, at: .start.after(7))
      #expect(Self.secondsClosed(gate, at: .start.after(7)) == closed)
    }
  }

  @Test("S11: the first success opens the gate, whoever brought it and however long it was to stay closed")
  func success() {
    var gates = [Self.closed(), Self.probing(), EndpointGate()]
    gates[2].failed(.busy(3600), wasProbe: false, at: .start)
    for var gate in gates {
      gate.succeeded(wasProbe: false)
      #expect(gate.isOpen)
      #expect(gate.admit(at: .start) == .free)
      #expect(gate.admit(at: .start) == .free)
    }
  }

  @Test(
    "S11: a probe that is refused opens the gate, for the endpoint answers; a late refusal of another fetch does not")
  func refusal() {
    var gate = Self.probing()
    gate.failed(.refusal, wasProbe: false, at: .start.after(1))
    #expect(gate.admit(at: .start.after(1)) == .refused(timeLeft: .seconds(1)))
    gate.failed(.refusal, wasProbe: true, at: .start.after(1))
    #expect(gate.admit(at: .start.after(1)) == .free)
    var closed = Self.closed()
    closed.failed(.refusal, wasProbe: false, at: .start)
    #expect(Self.secondsClosed(closed, at: .start) == 1)
  }

  @Test("S11: where outages close nothing, a probe that fails by one opens the gate: the Retry-After is over")
  func probeByRetryAfterAlone() {
    var gate = EndpointGate()
    gate.failed(.busy(20), wasProbe: false, at: .start)
    #expect(gate.admit(at: .start.after(20)) == .probe)
    gate.failed(.outage, wasProbe: true, at: .start.after(20))
    #expect(gate.admit(at: .start.after(20)) == .free)
  }

  @Test("S11: what was on its way when the gate closed lets no second probe through, be it a Retry-After or a success")
  func lateEndsWhileProbing() {
    var gate = Self.probing()
    gate.failed(.busy(5), wasProbe: false, at: .start.after(1))
    #expect(gate.admit(at: .start.after(1)) == .refused(timeLeft: .seconds(5)))
    #expect(gate.admit(at: .start.after(6)) == .refused(timeLeft: .seconds(1)))

    gate = Self.probing()
    gate.succeeded(wasProbe: false)
    gate.failed(.outage, wasProbe: false, at: .start.after(1))
    #expect(gate.admit(at: .start.after(2)) == .refused(timeLeft: .seconds(1)))
    gate.failed(.outage, wasProbe: true, at: .start.after(2))
    #expect(gate.admit(at: .start.after(2)) == .refused(timeLeft: .seconds(2)))
    #expect(gate.admit(at: .start.after(4)) == .probe)
  }

  @Test("S11: a probe's end does not cut short a Retry-After that came meanwhile, unless it brought a token")
  func probeEndsDuringRetryAfter() {
    for closesOnOutage in [false, true] {
      for failure in [FetchFailure.refusal, .outage] {
        var gate = EndpointGate(closesOnOutage: closesOnOutage)
        gate.failed(.busy(1), wasProbe: false, at: .start)
        #expect(gate.admit(at: .start.after(1)) == .probe)
        gate.failed(.busy(20), wasProbe: false, at: .start.after(1))
        gate.failed(failure, wasProbe: true, at: .start.after(2))
        #expect(gate.admit(at: .start.after(2)) == .refused(timeLeft: .seconds(19)))
        #expect(gate.admit(at: .start.after(21)) == .probe)
        gate.succeeded(wasProbe: true)
        #expect(gate.admit(at: .start.after(21)) == .free)
      }
    }
  }

  @Test("S11: a time that is over by one clock does not begin again by the other")
  func overForGood() {
    var gate = EndpointGate()
    gate.failed(.busy(20), wasProbe: false, at: .start)
    let suspended = Reading(monotonic: Reading.start.monotonic, wall: Reading.start.after(20).wall)
    #expect(gate.admit(at: suspended) == .probe)
    gate.abandoned()
    #expect(gate.timeClosed(at: .start) == .zero)
    #expect(gate.admit(at: .start) == .probe)
  }

  @Test("S12: when a probe is given up the next one who comes probes, at once")
  func abandoned() {
    var gate = Self.probing()
    gate.abandoned()
    #expect(!gate.isOpen)
    #expect(gate.timeClosed(at: .start.after(1)) == .zero)
    #expect(gate.admit(at: .start.after(1)) == .probe)
    #expect(gate.admit(at: .start.after(1)) == .refused(timeLeft: .seconds(1)))
    var closed = Self.closed()
    closed.abandoned()
    #expect(Self.secondsClosed(closed, at: .start) == 1)
    var open = EndpointGate()
    open.abandoned()
    #expect(open.isOpen)
  }

  @Test("R2: an outage is the kind's unavailable error and nothing else, and what the server asked for comes along")
  func failures() {
    struct Other: Error {}
    let down = ServiceTokenError(.idpUnavailable, "down", retryAfter: .seconds(3))
    #expect(FetchFailure(down, of: .serviceToken) == .busy(3))
    #expect(FetchFailure(down, of: .delegatedDownload) == FetchFailure(retryAfter: .seconds(3)))
    for code in [ServiceTokenError.Code.idpMisconfigured, .serviceClientUnauthorized, .secretUnavailable, .shutDown] {
      #expect(FetchFailure(ServiceTokenError(code, "no"), of: .serviceToken) == .refusal)
    }
    for error in [Other(), CancellationError()] as [any Error] {
      #expect(FetchFailure(error, of: .serviceToken) == .refusal)
    }
  }

  @Test("S11: a failure is the answer to whoever is kept out where it closes the gate or keeps it closed for longer")
  func reason() {
    var gate = EndpointGate()
    let failures: [FetchFailure] = [.refusal, .busy(20), .refusal, .outage, .busy(5), .busy(30)]
    let isReason = failures.map { gate.failed($0, wasProbe: false, at: .start) }
    #expect(isReason == [false, true, false, false, false, true])
  }
}
