package publish_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
)

// alerting returns the options of a publisher that keeps how alerts stand beside its outbox.
func alerting(path, url string) publish.Options {
	return publish.Options{
		Device: "porch", Broker: mqtt.Options{URL: url}, Outbox: outbox.Options{Path: path, Gather: -1}, Ledger: filepath.Join(path, "alerts.json"),
	}
}

// bell is two alerts of a pipeline that open and close in turns.
type bell struct {
	*publish.Publisher
	boot  string
	seq   uint64
	stand map[string]pipelines.Alert
}

func newBell(p *publish.Publisher, boot string) *bell {
	b := &bell{Publisher: p, boot: boot, stand: map[string]pipelines.Alert{}}
	for _, s := range p.Alerts() {
		b.stand[s.Alert.Name] = s.Alert
	}
	return b
}

// ring closes an alert that is open, and opens one that is not.
func (b *bell) ring(ctx context.Context, name string) error {
	b.seq++
	a := b.stand[name]
	ev := &pipelines.Event{Seq: b.seq, Boot: b.boot, Time: time.Now(), Pipeline: "room", Kind: pipelines.KindAlert}
	if a.State == pipelines.Open {
		a.State, a.Until = pipelines.Closed, ev.Time
	} else {
		a = pipelines.Alert{Name: name, State: pipelines.Open, Opening: ev.ID().String(), Since: ev.Time}
	}
	said := a
	ev.Alert, b.stand[name] = &said, a
	return b.Put(ctx, ev)
}

// alertForEver lets alerts open and close, and prints a line each time that all is durable.
func alertForEver(path, url, boot string) error {
	p, err := publish.New(alerting(path, url))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	defer func() { stop(); <-ended }()
	for b := newBell(p, boot); err == nil; {
		for n := rand.IntN(4); n >= 0 && err == nil; n-- { // what comes together is made durable together
			err = b.ring(ctx, []string{"fire", "door"}[rand.IntN(2)])
		}
		if err == nil && rand.IntN(3) == 0 {
			err = p.Sync(ctx)
		}
		fmt.Println(boot)
	}
	return err
}

// TestAlertsOfAKilledDaemon kills a daemon again and again while alerts open and close: each that somebody was told of opened
// once and closed once, in that order.
func TestAlertsOfAKilledDaemon(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	path := filepath.Join(t.TempDir(), "outbox")
	for life := range 8 {
		live(t, "alert", life+1, 5+rand.IntN(40), path, b.URL())
	}
	p, stop := start(t, alerting(path, b.URL()))
	last := newBell(p, "last")
	for _, name := range []string{"fire", "door"} {
		if last.stand[name].State == pipelines.Open {
			if err := last.ring(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for p.Sync(t.Context()) != nil || p.Stats().Queue.Depth > 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	for _, name := range []string{"fire", "door"} {
		once(t, seen, name)
	}
}

// once checks that an alert opened and closed in turns. A repeat has the id of what it repeats.
func once(t *testing.T, seen *tap, name string) {
	t.Helper()
	told, open, turns := map[string]bool{}, "", 0
	for _, g := range seen.got {
		payload, ok := strings.CutPrefix(g, "room/alert/"+name+" ")
		if !ok {
			continue
		}
		var ev struct{ ID, State, Opening string }
		if err := json.Unmarshal([]byte(payload), &ev); err != nil {
			t.Fatal(err)
		}
		switch {
		case told[ev.ID]:
			continue
		case ev.State == "open" && open == "" && ev.Opening == ev.ID:
			open = ev.ID
		case ev.State == "closed" && open == ev.Opening:
			open = ""
		default:
			t.Fatalf("%s: got %s by %s of %s while %s is open", name, ev.State, ev.ID, ev.Opening, strconv.Quote(open))
		}
		told[ev.ID] = true
		turns++
	}
	if open != "" || turns < 4 {
		t.Errorf("%s: got %d turns, and %q open at the end", name, turns, open)
	}
}
