// A test suite in Go against `fakeprovider serve`, with the standard library alone.
//
//	cd docs/examples/go && go test
package example

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
)

type provider struct {
	Control   string            `json:"control"`
	Endpoints map[string]string `json:"endpoints"`
}

func serve(t *testing.T) provider {
	t.Helper()
	command := os.Getenv("FAKEPROVIDER")
	if command == "" {
		command = "fakeprovider"
	}
	words := append(strings.Fields(command), "serve", "--json")
	process := exec.Command(words[0], words[1:]...)
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Signal(os.Interrupt)
		_ = process.Wait()
	})
	var served provider
	// The one line is there when the provider is.
	if err := json.NewDecoder(out).Decode(&served); err != nil {
		t.Fatal(err)
	}
	return served
}

func (p provider) control(t *testing.T, method, path string, body, told any) {
	t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			t.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, p.Control+path, &sent)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, path, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(told); err != nil {
		t.Fatal(err)
	}
}

func (p provider) refresh(t *testing.T, token string) int {
	t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {"cli"}, "refresh_token": {token}}
	answer, err := http.PostForm(p.Endpoints["token"], form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

func TestARefreshMeetsA503AndThenWorks(t *testing.T) {
	p := serve(t)
	var seeded struct {
		RefreshToken string `json:"refresh_token"`
	}
	p.control(t, "POST", "/tokens", map[string]any{"client_id": "cli"}, &seeded)
	var armed []struct {
		ID int `json:"id"`
	}
	p.control(t, "POST", "/faults", map[string]any{"text": "token[refresh_token] : ServerError(503) x1"}, &armed)

	if first, second := p.refresh(t, seeded.RefreshToken), p.refresh(t, seeded.RefreshToken); first != 503 || second != 200 {
		t.Fatalf("expected 503 and then 200, got %d and %d", first, second)
	}
	var told struct {
		Message string `json:"message"`
	}
	p.control(t, "DELETE", "/faults/1", nil, &told)
	if told.Message != "" {
		t.Fatal(told.Message) // the fault was never met: the test would have proved nothing
	}
}
