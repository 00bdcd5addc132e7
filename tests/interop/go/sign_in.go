// A command-line client as Go programs are written: golang.org/x/oauth2 and go-oidc, a secret and no PKCE, registered
// nowhere. Signs in, verifies the id token, asks userinfo, refreshes, and prints what came of it as one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	oidc "github.com/coreos/go-oidc"
	"golang.org/x/oauth2"
)

type outcome struct {
	Subject   string `json:"subject"`
	Email     string `json:"email"`
	Refreshed bool   `json:"refreshed"`
	Reused    string `json:"reused"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// browse visits an authorization URL as a browser and returns the code it is sent back with.
func browse(url string) string {
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(url)
	check(err)
	back, err := answer.Location()
	check(err)
	return back.Query().Get("code")
}

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))
	check(err)
	config := oauth2.Config{
		ClientID:     "go",
		ClientSecret: os.Getenv("SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  "http://127.0.0.1:9/callback",
		Scopes:       []string{oidc.ScopeOpenID, "email", "offline_access"},
	}
	token, err := config.Exchange(ctx, browse(config.AuthCodeURL("state", oidc.Nonce("nonce"))))
	check(err)
	raw, _ := token.Extra("id_token").(string)
	proof, err := provider.Verifier(&oidc.Config{ClientID: "go"}).Verify(ctx, raw)
	check(err)
	check(proof.VerifyAccessToken(token.AccessToken))
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	check(err)

	expired := *token
	expired.Expiry = time.Now().Add(-time.Hour)
	fresh, err := config.TokenSource(ctx, &expired).Token()
	check(err)
	_, reused := config.TokenSource(ctx, &expired).Token()
	check(json.NewEncoder(os.Stdout).Encode(outcome{
		Subject:   proof.Subject,
		Email:     info.Email,
		Refreshed: fresh.AccessToken != token.AccessToken && fresh.RefreshToken != token.RefreshToken,
		Reused:    fmt.Sprint(reused),
	}))
}
