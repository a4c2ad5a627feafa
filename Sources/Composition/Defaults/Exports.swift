// `import ServiceTokens` is to be enough for an application: the vocabulary, the ports, the client, and what the
// functions of this module take and give. libcurl's transport is not among it: whoever names it imports it.
@_exported public import ServiceTokenClient
@_exported public import ServiceTokenDomain
@_exported public import ServiceTokenEnvironment
@_exported public import ServiceTokenMemberCenter
@_exported public import ServiceTokenPorts
@_exported public import ServiceTokenStandardError
@_exported public import ServiceTokenSystemClock

#if URLSession
  @_exported public import ServiceTokenFoundation
#endif
