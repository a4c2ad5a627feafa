package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// original does what the Go client does that this package stands in for: one lock around one map, held through the
// fetch; a token is stale 15 s before it expires; net/http with its defaults. Retries are left out, for nothing fails here.
type original struct {
	issuer string
	http   *http.Client
	logger *slog.Logger

	mu    sync.Mutex
	cache map[string]cached
}

type cached struct {
	token     string
	expiresAt time.Time
}

const skew = 15 * time.Second

func newOriginal(issuer string) *original {
	return &original{
		issuer: issuer,
		http:   &http.Client{Timeout: 10 * time.Second},
		logger: slog.New(slog.DiscardHandler),
		cache:  map[string]cached{},
	}
}

func (c *original) ServiceToken(ctx context.Context, scope string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry, ok := c.cache[scope]; ok && entry.token != "" && time.Now().Before(entry.expiresAt.Add(-skew)) {
		return entry.token, nil
	}
	token, expiresAt, err := c.fetchServiceToken(ctx, scope)
	if err != nil {
		return "", err
	}
	c.cache[scope] = cached{token, expiresAt}
	return token, nil
}

func (c *original) fetch(ctx context.Context, scope string) (string, error) {
	token, _, err := c.fetchServiceToken(ctx, scope)
	return token, err
}

func (c *original) fetchServiceToken(ctx context.Context, scope string) (string, time.Time, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
	request, err := http.NewRequestWithContext(
		ctx, http.MethodPost, c.issuer+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", time.Time{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	request.SetBasicAuth("benchmark", "secret")
	body, err := c.send(request, "service_token", scope)
	if err != nil {
		return "", time.Time{}, err
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
		Scope       string `json:"scope,omitempty"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", time.Time{}, err
	}
	if answer.AccessToken == "" || answer.ExpiresIn <= 0 {
		return "", time.Time{}, fmt.Errorf("no token")
	}
	c.logger.Info("obtained", slog.String("scope", scope), slog.Int("token_len", len(answer.AccessToken)))
	return answer.AccessToken, time.Now().Add(time.Duration(answer.ExpiresIn) * time.Second), nil
}

// issue signs a download token, with the service token that such calls need.
func (c *original) issue(ctx context.Context, tenant, user, object string) (string, error) {
	bearer, err := c.ServiceToken(ctx, "files:download.delegate")
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]any{
		"tenant_id": tenant, "user_id": user, "object_key": object, "method": "GET", "expires_in_seconds": 300,
	})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(
		ctx, http.MethodPost, c.issuer+"/file-access/download-tokens", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Authorization", "Bearer "+bearer)
	content, err := c.send(request, "delegated_download", object)
	if err != nil {
		return "", err
	}
	var answer struct {
		Token            string    `json:"token"`
		ExpiresAt        time.Time `json:"expires_at"`
		ExpiresInSeconds int       `json:"expires_in_seconds,omitempty"`
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		return "", err
	}
	c.logger.Info("delegated_obtained", slog.Int("token_len", len(answer.Token)))
	return answer.Token, nil
}

func (c *original) send(request *http.Request, endpoint, label string) ([]byte, error) {
	started := time.Now()
	response, err := c.http.Do(request)
	duration := time.Since(started)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != 200 {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	c.logger.Debug("success", slog.String("endpoint", endpoint), slog.String("label", label),
		slog.Int("status", response.StatusCode), slog.Duration("duration", duration))
	return body, nil
}
