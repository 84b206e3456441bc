package publish

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
)

// saying is an event of an alert: the n-th of its pipeline.
func saying(n int, state pipelines.AlertState) *pipelines.Event {
	ev := alertEvent()
	ev.Seq, ev.Alert.State = uint64(n), state
	if ev.Alert.Opening = ev.ID().String(); state == pipelines.Closed {
		ev.Alert.Opening, ev.Alert.Until = fmt.Sprintf("b1-room-%d", n-1), at.UTC().Truncate(time.Millisecond)
	}
	ev.Alert.Since = at.UTC().Truncate(time.Millisecond)
	return ev
}

// publisher returns one that nobody runs, with its outbox and ledger in a folder.
func publisher(t *testing.T, dir string, log *slog.Logger) *Publisher {
	t.Helper()
	p, err := New(Options{
		Device: "porch", Broker: mqtt.Options{URL: "mqtt://127.0.0.1:1"}, Log: log,
		Outbox: outbox.Options{Path: filepath.Join(dir, "outbox"), Gather: -1}, Ledger: filepath.Join(dir, "ledger", "alerts.json"),
		QoS: Levels{Event: mqtt.AtMostOnce}, // alerts come all the same
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// crash lets p write all that it has been given, unless half is set: then it ends between ledger and outbox.
func crash(t *testing.T, p *Publisher, half bool) {
	t.Helper()
	if half {
		p.ledger.write()
		return
	}
	if err := p.spool.store(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.spool.close(); err != nil {
		t.Fatal(err)
	}
}

// TestLedger restarts between all that happens to an alert.
func TestLedger(t *testing.T) {
	for _, half := range []bool{false, true} {
		t.Run(fmt.Sprintf("the outbox is not reached: %v", half), func(t *testing.T) {
			dir := t.TempDir()
			log := slog.New(slog.NewTextHandler(t.Output(), nil))
			if got := publisher(t, dir, log).Alerts(); len(got) != 0 {
				t.Errorf("got %v at first, want nothing", got)
			}
			until := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)
			for i, ev := range []*pipelines.Event{saying(1, pipelines.Open), saying(2, pipelines.Closed), saying(3, pipelines.Open)} {
				p := publisher(t, dir, log)
				p.Mute("room", "fire", until)
				if err := p.Put(t.Context(), ev); err != nil {
					t.Fatal(err)
				}
				crash(t, p, half)
				want := []Standing{{"room", *saying(i+1, ev.Alert.State).Alert, until}}
				p = publisher(t, dir, log)
				if got := p.Alerts(); !reflect.DeepEqual(got, want) {
					t.Errorf("after %d: got %+v, want %+v", i, got, want)
				}
				if owes := len(p.ledger.owed()); owes != map[bool]int{false: 0, true: i + 1}[half] {
					t.Errorf("after %d: got %d owed", i, owes)
				}
			}
			p := publisher(t, dir, log)
			p.Mute("room", "fire", time.Time{})
			crash(t, p, false)
			p = publisher(t, dir, log)
			if got := p.Alerts(); len(got) != 1 || !got[0].Muted.IsZero() || len(p.ledger.owed()) != 0 {
				t.Errorf("got %+v, want it muted no more, and nothing owed", got)
			}
			if _, err := p.spool.open(); err != nil {
				t.Fatal(err)
			}
			var ids []string
			for range 3 {
				it, ok, err := p.spool.look()
				if !ok || err != nil {
					t.Fatalf("got %v, %v, want an event", ok, err)
				}
				id, _, _ := strings.Cut(strings.TrimPrefix(string(it.Payload), `{"schema":1,"id":"b1-room-`), `"`)
				ids = append(ids, id)
				if it.Topic != "edged/porch/room/alert/fire" || it.QoS != mqtt.AtLeastOnce || half != strings.HasSuffix(string(it.Payload), `,"historical":true}`) {
					t.Errorf("got %s at QoS %d: %s", it.Topic, it.QoS, it.Payload)
				}
			}
			if got := strings.Join(ids, " "); got != "1 2 3" {
				t.Errorf("got the events %s, want 1 2 3, each once", got)
			}
			if err := p.spool.close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLedgerWithoutADisk tells of trouble once, sends alerts from memory, and writes when it can.
func TestLedgerWithoutADisk(t *testing.T) {
	var said strings.Builder
	dir := t.TempDir()
	blocked := filepath.Join(dir, "ledger")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := publisher(t, dir, slog.New(slog.NewTextHandler(&said, nil)))
	for n := range 2 {
		if err := p.Put(t.Context(), saying(n+1, pipelines.Open)); err != nil {
			t.Errorf("got %v, want the alert taken", err)
		}
		if err := p.spool.store(t.Context()); err != nil {
			t.Errorf("got %v, want it in the outbox", err)
		}
	}
	if n := strings.Count(said.String(), "alerts may open a second time"); n != 1 || p.Stats().Trouble == nil {
		t.Errorf("got %d lines of trouble, %v, in\n%s", n, p.Stats().Trouble, &said)
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	if err := p.spool.store(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(said.String(), "can be written again") || p.Stats().Trouble != nil {
		t.Errorf("got %v, and\n%s", p.Stats().Trouble, &said)
	}
	if err := p.spool.close(); err != nil {
		t.Error(err)
	}
	if got := publisher(t, dir, nil).Alerts(); len(got) != 1 || got[0].Alert.Opening != "b1-room-2" {
		t.Errorf("got %+v, want the second opening", got)
	}
}

// TestADeliveredAlertIsNotOwed though no disk has ever had it.
func TestADeliveredAlertIsNotOwed(t *testing.T) {
	p := publisher(t, t.TempDir(), nil)
	p.spool.trouble = os.ErrPermission
	if err := p.Put(t.Context(), saying(1, pipelines.Open)); err != nil {
		t.Fatal(err)
	}
	it, ok, err := p.spool.look()
	if !ok || err != nil || len(p.ledger.owed()) != 1 {
		t.Fatalf("got %v, %v, %d owed; want it from memory", ok, err, len(p.ledger.owed()))
	}
	p.spool.Ack(it)
	if owed := p.ledger.owed(); len(owed) != 0 {
		t.Errorf("got %v owed, want nothing", owed)
	}
}

func TestLedgerHasBounds(t *testing.T) {
	l := openLedger("", slog.New(slog.DiscardHandler))
	ev := saying(1, pipelines.Open)
	for n := range 2 * mostRecords {
		ev.Alert.Name = fmt.Sprint("a", n)
		if ev.Alert.State = pipelines.Closed; n == 0 {
			ev.Alert.State = pipelines.Open
		}
		l.tell(ev, "t", []byte("{}"))
	}
	all := l.standings()
	if len(all) != mostRecords || all[0].Alert.Name != "a0" || all[1].Alert.Name != "a1001" {
		t.Errorf("got %d, from %s and %s on; want %d, what is open and the newest", len(all), all[0].Alert.Name, all[1].Alert.Name, mostRecords)
	}
	l.path = filepath.Join(t.TempDir(), "alerts.json")
	for n := range 2 * mostOwed {
		ev.Seq = uint64(n)
		if ev.Alert.State = pipelines.Open; n%2 == 1 {
			ev.Alert.State = pipelines.Closed
		}
		l.tell(ev, "t", []byte("{}"))
	}
	if owed := l.owed(); len(owed) != mostOwed || owed[0].told.id != fmt.Sprint("b1-room-", mostOwed) {
		t.Errorf("got %d owed, want the newest %d", len(owed), mostOwed)
	}
	if got := l.alarms(at)["room"]; got != (alarms{open: 1, opened: 1 + mostOwed}) {
		t.Errorf("got %+v, want one open, and how often one opened", got)
	}
}

// TestDamagedLedgers say what is wrong, and know what can be known.
func TestDamagedLedgers(t *testing.T) {
	payload, err := Encode(saying(1, pipelines.Open))
	if err != nil {
		t.Fatal(err)
	}
	good := `{"pipeline":"room","alert":"fire","event":` + string(payload) + `}`
	for name, c := range map[string]struct {
		text, want string
		known      int
	}{
		"nothing":             {``, "unexpected end", 0},
		"half":                {`{"version":1,"alerts":[` + good, "unexpected end", 0},
		"another version":     {`{"version":2}`, "version 2, want 1", 0},
		"a list":              {`[]`, "cannot unmarshal", 0},
		"an event of another": {`{"version":1,"alerts":[{"pipeline":"hall","alert":"fire","event":` + string(payload) + `},` + good + `]}`, "it told what is of fire of room", 1},
		"no event":            {`{"version":1,"alerts":[{"pipeline":"room","alert":"fire","event":{}}]}`, "want it open or closed", 0},
		"owing nonsense":      {`{"version":1,"alerts":[{"pipeline":"room","alert":"fire","owed":[{}]}]}`, "it owes what is no event", 0},
		"nothing wrong":       {`{"version":1,"alerts":[` + good + `]}`, "", 1},
	} {
		path := filepath.Join(t.TempDir(), "alerts.json")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		l := openLedger(path, slog.New(slog.NewTextHandler(&said, nil)))
		if got := l.standings(); len(got) != c.known || !strings.Contains(said.String(), c.want) || (c.want == "") != (said.Len() == 0) {
			t.Errorf("%s: got %d alerts, %q; want %d, %q", name, len(got), &said, c.known, c.want)
		}
	}
}
