package main

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// library is golang.org/x/oauth2 as its users have it: one source of tokens for each scope, which caches.
type library struct {
	issuer  string
	sources sync.Map
}

func newOAuth2(issuer string) *library { return &library{issuer: issuer} }

func (c *library) ServiceToken(ctx context.Context, scope string) (string, error) {
	token, err := c.source(scope).Token()
	if err != nil {
		return "", err
	}
	return token.AccessToken, nil
}

func (c *library) fetch(ctx context.Context, scope string) (string, error) {
	token, err := c.config(scope).Token(ctx)
	if err != nil {
		return "", err
	}
	return token.AccessToken, nil
}

func (c *library) source(scope string) oauth2.TokenSource {
	if source, ok := c.sources.Load(scope); ok {
		return source.(oauth2.TokenSource)
	}
	source, _ := c.sources.LoadOrStore(scope, c.config(scope).TokenSource(context.Background()))
	return source.(oauth2.TokenSource)
}

func (c *library) config(scope string) *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID: "benchmark", ClientSecret: "secret", TokenURL: c.issuer + "/oauth/token",
		Scopes: strings.Split(scope, " "), AuthStyle: oauth2.AuthStyleInHeader,
	}
}
