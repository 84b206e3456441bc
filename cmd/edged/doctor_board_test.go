package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"edged/pipelines/publish/mqtt"
)

// boardFiles reads the files of a board from the tests of package boards, where testdata/README.md says how they are written.
func boardFiles(t *testing.T, path string) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head := regexp.MustCompile(`(?m)^-- (.+) --\n`)
	parts, names := head.Split(string(text), -1), head.FindAllStringSubmatch(string(text), -1)
	root := fstest.MapFS{}
	for i, n := range names {
		data := regexp.MustCompile(`\\x[0-9a-f]{2}`).ReplaceAllFunc([]byte(parts[i+1]), func(s []byte) []byte {
			b, err := strconv.ParseUint(string(s[2:]), 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			return []byte{byte(b)}
		})
		root[n[1]] = &fstest.MapFile{Data: data}
	}
	return root
}

// TestDoctorOfEachBoard keeps what edged doctor says of each board that is known. UPDATE_TRANSCRIPTS=1 writes it anew.
func TestDoctorOfEachBoard(t *testing.T) {
	files, err := filepath.Glob("../../boards/testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no boards", err)
	}
	var out bytes.Buffer
	for _, path := range files {
		fmt.Fprintf(&out, "== %s\n", strings.TrimSuffix(filepath.Base(path), ".txtar"))
		list := newBoardDoctor(boardFiles(t, path), false).diagnose(folder{path: "/var/lib/edged", asked: true})
		if err := printFindings(&out, list); err != nil {
			t.Fatal(err)
		}
		if err := verdictOf(list); err != nil {
			fmt.Fprintln(&out, err)
		}
	}
	const golden = "testdata/doctor/boards.txt"
	if os.Getenv("UPDATE_TRANSCRIPTS") != "" {
		if err := errors.Join(os.MkdirAll(filepath.Dir(golden), 0o755), os.WriteFile(golden, out.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || out.String() != string(want) {
		t.Errorf("%v; got\n%s", err, out.String())
	}
}

// TestDoctorsExitStatus is that of the worst of the findings.
func TestDoctorsExitStatus(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"well/run/systemd/timesync/synchronized": "", "well/proc/self/mountinfo": "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n",
		"late/proc/self/mountinfo":               "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n",
		"worn/run/systemd/timesync/synchronized": "", "worn/proc/self/mountinfo": "1 1 179:1 / / rw - ext4 /dev/mmcblk0p1 rw\n",
		"worn/sys/block/mmcblk0/device/type": "MMC\n", "worn/sys/block/mmcblk0/device/life_time": "0x0b 0x0b\n",
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args []string
		want int
		says string
	}{
		{[]string{"--root", dir + "/well"}, 0, "ok"},
		{[]string{"--root", dir + "/late"}, 3, "warning"},
		{[]string{"--root", dir + "/worn"}, 4, "error"},
		{[]string{"--root", dir + "/well", "-c", dir + "/no.yaml"}, 4, "error"},
		{[]string{"--rot"}, 2, ""},
	} {
		var out, talk bytes.Buffer
		got := run(t.Context(), append([]string{"doctor"}, tt.args...), func(string) string { return "" }, stdio{nil, &out, &talk})
		if got != tt.want || !strings.Contains(out.String(), tt.says) {
			t.Errorf("%v: got status %d, want %d\n%s%s", tt.args, got, tt.want, &out, &talk)
		}
		if got != misused && talk.Len() > 0 {
			t.Errorf("%v: it talks: %s", tt.args, &talk)
		}
	}
}

func TestDoctorJudgesBrokers(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	well := mqtt.Trial{Broker: "mqtts://a.lan:8883", TLS: "TLS 1.3", Until: now.AddDate(0, 6, 0)}
	short := mqtt.Trial{Broker: "mqtts://b.lan:8883", TLS: "TLS 1.2", Until: now.Add(50 * time.Hour)}
	shut := mqtt.Trial{Broker: "mqtts://c.lan:8883", Err: errors.New("not authorised: check mqtt.username and mqtt.password_file")}
	plain := mqtt.Trial{Broker: "mqtt://d.lan:1883"}
	local := mqtt.Trial{Broker: "mqtt://127.0.0.1:1883"}
	for _, tt := range []struct {
		name   string
		trials []mqtt.Trial
		want   string
	}{
		{"all well", []mqtt.Trial{well}, "ok  broker  mqtts://a.lan:8883: lets edged in by TLS 1.3; its certificate is valid until 2026-09-01\n"},
		{"one of two fails", []mqtt.Trial{shut, well}, "warning  broker  mqtts://c.lan:8883: not authorised: check mqtt.username and mqtt.password_file\n" +
			"ok       broker  mqtts://a.lan:8883: lets edged in by TLS 1.3; its certificate is valid until 2026-09-01\n"},
		{"the only one fails", []mqtt.Trial{shut}, "error  broker  mqtts://c.lan:8883: not authorised: check mqtt.username and mqtt.password_file\n"},
		{"a certificate that ends", []mqtt.Trial{short}, "warning  broker  mqtts://b.lan:8883: lets edged in by TLS 1.2\n" +
			"                 its certificate expires on 2026-03-03, in 2 days: renew it on the broker\n"},
		{"a password in the clear", []mqtt.Trial{plain}, "note  broker  mqtt://d.lan:1883: lets edged in\n" +
			"              the password crosses the network in the clear: mqtts:// in mqtt.broker, and mqtt.ca_file\n"},
		{"a password within the machine", []mqtt.Trial{local}, "ok  broker  mqtt://127.0.0.1:1883: lets edged in\n"},
	} {
		var out bytes.Buffer
		if err := printFindings(&out, judgeBrokers(tt.trials, true, now)); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != tt.want {
			t.Errorf("%s: got\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}
