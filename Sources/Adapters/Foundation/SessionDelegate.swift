import Foundation
import ServiceTokenDomain

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The session's delegate: refuses redirects and challenges, and hands what comes to the exchange of its task.
///
/// The session's and not a task's: on Linux a task's delegate is not asked about redirects.
///
/// `@unchecked`, because `NSObject` is not `Sendable`; `lock` guards what changes.
final class SessionDelegate: NSObject, @unchecked Sendable {
  private let lock = NSLock()
  private var exchanges: [Int: Exchange] = [:]

  /// Lets `exchange` hear of `task`, until it ends.
  func expect(_ exchange: Exchange, for task: URLSessionTask) {
    lock.withLock { exchanges[task.taskIdentifier] = exchange }
    #if canImport(Darwin)
      exchange.onTheWire(task)
    #endif
  }

  private func exchange(of task: URLSessionTask) -> Exchange? {
    lock.withLock { exchanges[task.taskIdentifier] }
  }
}

extension SessionDelegate: URLSessionDataDelegate {
  // SPEC R4.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  // The server's certificate is the system's to judge. Everything else asks for credentials, and there are none. On Linux
  // the default handling of a Basic challenge would never end the task.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
    completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    #if canImport(Darwin)
      if challenge.protectionSpace.authenticationMethod == NSURLAuthenticationMethodServerTrust {
        return completionHandler(.performDefaultHandling, nil)
      }
    #endif
    completionHandler(.rejectProtectionSpace, nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    exchange(of: dataTask)?.takeHead(response)
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    exchange(of: dataTask)?.takeBody(data)
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let exchange = lock.withLock { exchanges.removeValue(forKey: task.taskIdentifier) }
    // Nothing here cancels a task that somebody waits for: on Linux this is how a rejected challenge ends, after its body.
    let isRejectedChallenge = (error as? URLError)?.code == .cancelled && exchange?.hasHead == true
    if let error, !isRejectedChallenge {
      exchange?.breakOff(TransportFailure(error))
    } else {
      // On Linux a 3xx without Location comes to its end without the call for its head.
      if let response = task.response, exchange?.hasHead == false { exchange?.takeHead(response) }
      exchange?.complete()
    }
  }
}

extension Exchange {
  fileprivate func takeHead(_ response: URLResponse) {
    // On Linux a switch of protocols (101) that nobody asked for comes here, and is no answer.
    guard let response = response as? HTTPURLResponse, response.statusCode >= 200 else { return }
    let fields = response.allHeaderFields.compactMap { name, value in
      (name as? String).map { HTTPHeaders.Field(name: $0, value: "\(value)") }
    }
    takeHead(status: response.statusCode, headers: HTTPHeaders(fields.sorted { $0.name < $1.name }))
  }
}
