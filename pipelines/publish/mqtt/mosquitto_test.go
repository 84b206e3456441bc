package mqtt_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edged/pipelines/publish/mqtt"
)

// mosquitto starts Debian's broker with a listener on a loopback port, whose settings are given, and returns that.
func mosquitto(t *testing.T, settings string) int {
	t.Helper()
	if _, err := exec.LookPath("mosquitto"); err != nil {
		t.Skipf("needs mosquitto (Debian package mosquitto): %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	config := filepath.Join(t.TempDir(), "mosquitto.conf")
	text := fmt.Sprintf("persistence false\nuser root\nallow_anonymous true\nlistener %d 127.0.0.1\n%s", port, settings)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("mosquitto", "-v", "-c", config)
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	running, said := make(chan struct{}), make(chan string, 1)
	go func() {
		var all strings.Builder
		for scan := bufio.NewScanner(stderr); scan.Scan(); {
			fmt.Fprintln(&all, scan.Text())
			if strings.HasSuffix(scan.Text(), " running") {
				close(running)
			}
		}
		said <- all.String()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		text := <-said
		cmd.Wait()
		if t.Failed() {
			t.Logf("mosquitto said:\n%s", text)
		}
	})
	select {
	case <-running:
	case <-time.After(time.Minute):
		t.Fatal("mosquitto does not run")
	}
	return port
}

// TestClientCertificate has a broker that lets in nobody without a good certificate.
func TestClientCertificate(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	server, good, revoked := ca.issue(t, leaf{}), ca.issue(t, leaf{}), ca.issue(t, leaf{})
	expired, foreign := ca.issue(t, leaf{until: time.Now().Add(-time.Hour)}), other.issue(t, leaf{})
	tests := []struct {
		name string
		cert issued
		want string
	}{
		{"good", good, "connected"},
		{"revoked", revoked, "refuses the client certificate (revoked certificate): check mqtt.client_cert_file"},
		{"expired", expired, "refuses the client certificate (expired certificate)"},
		{"of another authority", foreign, "refuses the client certificate (unknown certificate authority)"},
		{"none", issued{}, "wants a client certificate: set mqtt.client_cert_file and mqtt.client_key_file"},
	}
	for _, version := range []string{"tlsv1.3", "tlsv1.2"} {
		port := mosquitto(t, fmt.Sprintf("cafile %s\ncertfile %s\nkeyfile %s\ncrlfile %s\nrequire_certificate true\nuse_identity_as_username true\ntls_version %s\n",
			ca.file, server.certFile, server.keyFile, ca.revoke(t, revoked), version))
		for _, tt := range tests {
			t.Run(version+" "+tt.name, func(t *testing.T) {
				says(t, fmt.Sprintf("mqtts://127.0.0.1:%d", port), mqtt.TLS{CAFile: ca.file, CertFile: tt.cert.certFile, KeyFile: tt.cert.keyFile}, tt.want)
			})
		}
	}
}
