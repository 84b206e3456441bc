package camera

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestDigestIsTheStandards has the examples of RFC 7616 section 3.9.1 and RFC 2069 section 2.4, as corrected by its
// erratum 749.
func TestDigestIsTheStandards(t *testing.T) {
	const new = `realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	tests := []struct{ challenge, password, uri, cnonce, want string }{
		{new + ", algorithm=MD5", "Circle of Life", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", `response="8ca523f5e9506fed4657c9700eebdbec"`},
		{new + ", algorithm=SHA-256", "Circle of Life", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", `response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"`},
		{`realm="testrealm@host.com",nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",opaque="5ccc069c403ebaf9f0171e9517f40e41"`, "CircleOfLife", "/dir/index.html", "", `response="1949323746fe6a43ef61f9606e7febea"`},
		{`realm="x", nonce="y", algorithm=MD5-sess`, "p", "/", "", ""},
		{`realm="x", nonce="y", qop="auth-int"`, "p", "/", "", ""},
	}
	for _, tt := range tests {
		got := digest(parameters(tt.challenge), url.UserPassword("Mufasa", tt.password), tt.uri, tt.cnonce)
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.challenge, got, tt.want)
		}
	}
}

func TestTheServersSchemeIsTaken(t *testing.T) {
	tests := []struct {
		challenges []string
		want       string
	}{
		{[]string{`Basic realm="x"`}, "Basic bWU6cA=="},
		{[]string{`Basic realm="x"`, `Digest realm="x", nonce="y"`}, `Digest username="me", realm="x", nonce="y", uri="/s"`},
		{[]string{`Digest realm="x", nonce="y", algorithm=SHA-512-256`, `Basic realm="x"`}, "Basic bWU6cA=="},
		{[]string{"Negotiate"}, ""},
		{[]string{"Digest"}, ""},
		{nil, ""},
	}
	for _, tt := range tests {
		got := authorization(http.Header{"Www-Authenticate": tt.challenges}, url.UserPassword("me", "p"), "/s")
		if tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.challenges, got, tt.want)
		}
	}
}
