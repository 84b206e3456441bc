package camera

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// authorization answers a server's challenge with user, as the server wants it: Digest (RFC 7616), which many cameras
// have, before Basic (RFC 7617). It returns "" if the server wants neither.
func authorization(challenges http.Header, user *url.Userinfo, uri string) string {
	basic := false
	for _, c := range challenges.Values("WWW-Authenticate") {
		scheme, rest, _ := strings.Cut(c, " ")
		switch strings.ToLower(scheme) {
		case "digest":
			if answer := digest(parameters(rest), user, uri, rand.Text()); answer != "" {
				return answer
			}
		case "basic":
			basic = true
		}
	}
	if !basic {
		return ""
	}
	password, _ := user.Password()
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user.Username(), password)
	return r.Header.Get("Authorization")
}

// digest answers the challenge in p to a GET of uri, with quality of protection "auth" or, for old servers, none.
func digest(p map[string]string, user *url.Userinfo, uri, cnonce string) string {
	if p["nonce"] == "" {
		return ""
	}
	hash := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	switch strings.ToUpper(p["algorithm"]) {
	case "", "MD5":
	case "SHA-256":
		hash = func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	default:
		return ""
	}
	password, _ := user.Password()
	secret, what := hash(user.Username()+":"+p["realm"]+":"+password), hash(http.MethodGet+":"+uri)
	const count = "00000001"
	answer := fmt.Sprintf(`Digest username=%q, realm=%q, nonce=%q, uri=%q`, user.Username(), p["realm"], p["nonce"], uri)
	switch qop := p["qop"]; {
	case qop == "":
		answer += fmt.Sprintf(`, response=%q`, hash(secret+":"+p["nonce"]+":"+what))
	case strings.Contains(","+strings.ReplaceAll(qop, " ", "")+",", ",auth,"):
		response := hash(strings.Join([]string{secret, p["nonce"], count, cnonce, "auth", what}, ":"))
		answer += fmt.Sprintf(`, response=%q, qop=auth, nc=%s, cnonce=%q`, response, count, cnonce)
	default:
		return ""
	}
	if v := p["algorithm"]; v != "" {
		answer += ", algorithm=" + v
	}
	if v, ok := p["opaque"]; ok {
		answer += fmt.Sprintf(`, opaque=%q`, v)
	}
	return answer
}

// parameters reads key=value, key="value", … of a challenge.
func parameters(s string) map[string]string {
	all := map[string]string{}
	for s != "" {
		key, rest, ok := strings.Cut(s, "=")
		if !ok {
			break
		}
		var value string
		if quoted, ok := strings.CutPrefix(rest, `"`); ok {
			value, rest, _ = strings.Cut(quoted, `"`)
			_, s, _ = strings.Cut(rest, ",")
		} else {
			value, s, _ = strings.Cut(rest, ",")
		}
		all[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
	}
	return all
}
