/// What the client asks of the world: a clock, HTTP, a secret, a log. These four and no more.
///
/// A port here is an *outbound* one: the client calls it, you implement it. The protocols are nested so that they
/// shadow neither Swift's `Clock`, nor swift-log's `Logger`, nor Foundation's `Port`; conform by
/// `struct MyTransport: Ports.HTTP`.
public enum Ports {}
