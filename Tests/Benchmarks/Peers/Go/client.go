package main

import (
	"context"
	"strconv"
)

// A client as the figures use it.
type client interface {
	// ServiceToken reads the cache, and fetches what is not in it.
	ServiceToken(ctx context.Context, scope string) (string, error)
	// fetch goes to the server whatever is cached.
	fetch(ctx context.Context, scope string) (string, error)
}

func newClient(name, issuer string) client {
	if name == "oauth2" {
		return newOAuth2(issuer)
	}
	return newOriginal(issuer)
}

// scopeText is a scope of 83 bytes, of which number makes another, each in storage of its own.
func scopeText(number int) string {
	digits := strconv.Itoa(number)
	prefix := "converter:job.read converter:job.write files:download.delegate files:download.read."
	return prefix[:len(prefix)-len(digits)] + digits
}
