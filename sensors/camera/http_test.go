package camera

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"edged/sensors"
)

// site serves what a test asks for by its path.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	a, b := photo(48, 32, 1), photo(48, 32, 2)
	mux := http.NewServeMux()
	answer := func(path, kind string, body []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(body)
		})
	}
	answer("/multipart", "multipart/x-mixed-replace; boundary=boundary", multipart(a, b, a))
	answer("/plain", "video/x-motion-jpeg", append(a[:len(a):len(a)], b...))
	answer("/page", "text/html", []byte("<html>"))
	answer("/garbage", "multipart/x-mixed-replace; boundary=x", make([]byte, 1<<20))
	answer("/cut", "image/jpeg", a[:300])
	mux.HandleFunc("/locked", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "s p" {
			w.Header().Set("WWW-Authenticate", `Basic realm="cam"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(multipart(a))
	})
	mux.HandleFunc("/digest", func(w http.ResponseWriter, r *http.Request) {
		got := parameters(strings.TrimPrefix(r.Header.Get("Authorization"), "Digest "))
		mine := parameters(digest(map[string]string{"realm": "cam", "nonce": "once", "qop": "auth"}, url.UserPassword("me", "s p"), "/digest?x=1", got["cnonce"]))
		if got["response"] == "" || got["response"] != mine["response"] {
			w.Header().Set("WWW-Authenticate", `Digest realm="cam", nonce="once", qop="auth"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(multipart(a))
	})
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) { // the same server by another name
		http.Redirect(w, r, strings.Replace("http://"+r.Host, "127.0.0.1", "localhost", 1)+"/locked", http.StatusFound)
	})
	mux.Handle("/moved", http.RedirectHandler("/multipart", http.StatusFound))
	mux.Handle("/circle", http.RedirectHandler("/circle", http.StatusFound))
	mux.HandleFunc("/silent", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(multipart(a))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestServers(t *testing.T) {
	server := site(t)
	tests := []struct {
		path, user string
		seen       int
		err        string
	}{
		{"/multipart", "", 3, "the stream ended"},
		{"/plain", "", 2, "the stream ended"},
		{"/moved", "", 3, "the stream ended"},
		{"/locked", "me:s%20p@", 1, "the stream ended"},
		{"/locked", "me:wrong@", 0, "401 Unauthorized: user or password is missing or wrong"},
		{"/locked", "", 0, "401 Unauthorized"},
		{"/digest?x=1", "me:s%20p@", 1, "the stream ended"},
		{"/digest?x=1", "me:wrong@", 0, "401 Unauthorized"},
		{"/elsewhere", "me:s%20p@", 0, "401 Unauthorized"},
		{"/page", "", 0, "text/html, not a stream of pictures"},
		{"/nothing", "", 0, "404 Not Found"},
		{"/garbage", "", 0, "no JPEG in 65536 bytes"},
		{"/cut", "", 0, "inside a picture"},
		{"/circle", "", 0, "stopped after 10 redirects"},
	}
	for _, tt := range tests {
		device := "mjpeg+" + strings.Replace(server.URL, "//", "//"+tt.user, 1) + tt.path
		live, err := New(Options{Device: device})
		if err != nil {
			t.Fatal(err)
		}
		_, seen, err := last(t, live)
		if seen != tt.seen || !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: got %d pictures and %v, want %d and %q", tt.path, seen, err, tt.seen, tt.err)
		}
		if strings.Contains(err.Error(), "wrong@") || strings.Contains(err.Error(), "s%20p") {
			t.Errorf("%s: %v: shows the password", tt.path, err)
		}
		if err := live.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestASilentServerHoldsNobodyUp(t *testing.T) {
	src := started(t, Options{Device: "mjpeg+" + site(t).URL + "/silent"})
	ctx, cancel := context.WithCancel(t.Context())
	var f sensors.Frame
	if err := src.Read(ctx, &f); err != nil || f.Width != 48 {
		t.Errorf("got %dx%d and %v, want a picture", f.Width, f.Height, err)
	}
	cancel()
	if err := src.Read(ctx, &f); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the reader gave up", err)
	}
	if err := src.Close(); err != nil { // or the server waits for ever
		t.Error(err)
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	live, err := New(Options{Device: "mjpeg+" + server.URL + "/"})
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	var f sensors.Frame
	if err := live.Read(t.Context(), &f); err == nil || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("got %v, want that the connection was refused", err)
	}
}
