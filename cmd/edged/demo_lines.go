package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"edged/cmd/edged/internal/view"
)

// lines prints messages as they reach the broker, one a line, if they say something new.
type lines struct {
	w io.Writer

	mu   sync.Mutex
	said map[string]line // the last, by topic and sensor
}

// line is what has been printed of a topic, and when.
type line struct {
	gist string
	at   time.Time
}

// mostTopics is of how many a line remembers what it said; anybody may publish at the broker.
const mostTopics = 100

// message prints one message, but for those that only machines read.
func (l *lines) message(topic string, payload []byte, now time.Time) {
	s, ok := summarized(topic, payload)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	last, before := l.said[topic+" "+s.sensor]
	if before && last.gist == s.gist && now.Sub(last.at) < s.every {
		return
	}
	if before || len(l.said) < mostTopics {
		l.said[topic+" "+s.sensor] = line{s.gist, now}
	}
	fmt.Fprintf(l.w, "%s  %-14s %s\n", now.Format("15:04:05.000"), strings.TrimPrefix(topic, "edged/demo/"), view.Printable(s.text))
}

// saying is a message in a few words.
type saying struct {
	sensor, text string
	gist         string        // which alone makes it new
	every        time.Duration // after which it is new anyway
}

// summarized says in a few words what a message says; ok is false for what is too long for that.
func summarized(topic string, payload []byte) (s saying, ok bool) {
	var said struct {
		ID, Alert, State, Severity, Reason string

		Sensor  string
		Caption string
		Labels  []struct {
			Name  string
			Score float64
		}
		Values map[string]struct {
			Value float64
			Unit  string
		}
		Degraded []string
	}
	what := topic[strings.LastIndexByte(topic, '/')+1:]
	if strings.HasSuffix(strings.TrimSuffix(topic, what), "/alert/") {
		what = "alert"
	}
	switch what {
	case "availability":
		return saying{text: string(payload), gist: string(payload)}, true
	case "labels", "caption", "reading", "alert", "digest":
	default:
		return s, false
	}
	if err := json.Unmarshal(payload, &said); err != nil {
		return saying{text: err.Error()}, true
	}
	words, gist := []string{}, []string{}
	if said.Sensor != "" {
		words = append(words, said.Sensor+":")
	}
	if what == "alert" { // each is told, whatever the last one said
		text := fmt.Sprintf("%s (%s): %s", said.State, said.Severity, said.Reason)
		return saying{text: strings.Join(append([]string{text}, said.Degraded...), "  "), gist: said.ID}, true
	}
	if what == "caption" || what == "digest" {
		words, gist = append(words, said.Caption), append(gist, said.Caption)
	} else {
		for _, l := range said.Labels {
			words, gist = append(words, fmt.Sprintf("%s %.2f", l.Name, l.Score)), append(gist, l.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(said.Values)) {
		words = append(words, fmt.Sprintf("%s %.1f %s", name, said.Values[name].Value, said.Values[name].Unit))
	}
	slices.Sort(gist)
	s = saying{sensor: said.Sensor, text: strings.Join(append(words, said.Degraded...), "  "), gist: strings.Join(gist, " ") + fmt.Sprint(len(said.Degraded)), every: 10 * time.Second}
	return s, true
}
