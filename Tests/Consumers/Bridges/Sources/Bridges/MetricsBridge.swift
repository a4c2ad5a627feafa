import Metrics
import ServiceTokenDomain

/// What a client tells of itself, as counters, timers and meters of swift-metrics.
package struct MetricsBridge: Sendable {
  package init() {}

  /// Whatever happens in the cache, as it happens: for `configuration.observer`.
  package func observe(_ event: ClientEvent) {
    var dimensions = [("endpoint", event.endpoint.text), ("event", event.kind.name)]
    if let code = event.code { dimensions.append(("code", code.name)) }
    Counter(label: "service_token_events", dimensions: dimensions).increment()
    if let duration = event.duration {
      Timer(label: "service_token_duration", dimensions: dimensions).record(duration: duration)
    }
  }

  /// What no event tells, for it is to cost nothing: call it every few seconds.
  package func record(_ snapshot: ClientSnapshot) {
    Meter(label: "service_token_hits").set(snapshot.hits)  // a running total, as a rate wants it
    Meter(label: "service_token_closed_gates").set(snapshot.closedGates.count)
    Meter(label: "service_token_failing_scopes").set(snapshot.entries.count { $0.failuresInARow > 0 })
    for state in ClientSnapshot.Entry.State.allCases {
      Meter(label: "service_token_scopes", dimensions: [("state", state.rawValue)])
        .set(snapshot.entries.count { $0.state == state })
    }
  }
}
