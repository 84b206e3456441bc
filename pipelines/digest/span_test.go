package digest

import (
	"testing"
	"time"

	"edged/pipelines"
)

// TestBounds has days of 23, 24 and 25 hours, hours of thirty minutes, and a day without a midnight.
func TestBounds(t *testing.T) {
	for _, c := range []struct {
		why, zone, at string
		period        pipelines.Period
		from, to      string // UTC
	}{
		{"an hour", "Europe/Berlin", "2026-03-01T13:17:05+01:00", pipelines.Hour, "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"},
		{"its very beginning", "Europe/Berlin", "2026-03-01T13:00:00+01:00", pipelines.Hour, "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"},
		{"a day", "Europe/Berlin", "2026-03-01T13:17:05+01:00", pipelines.Day, "2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z"},
		{"clocks are put forward: 23 hours", "Europe/Berlin", "2026-03-29T13:00:00+02:00", pipelines.Day, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"the hour before", "Europe/Berlin", "2026-03-29T01:30:00+01:00", pipelines.Hour, "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"},
		{"and the one behind", "Europe/Berlin", "2026-03-29T03:30:00+02:00", pipelines.Hour, "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"},
		{"clocks are put back: 25 hours", "Europe/Berlin", "2026-10-25T00:00:00+02:00", pipelines.Day, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"two till three", "Europe/Berlin", "2026-10-25T02:59:59+02:00", pipelines.Hour, "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"},
		{"and once more", "Europe/Berlin", "2026-10-25T02:00:00+01:00", pipelines.Hour, "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"},
		{"quarters of an hour", "Asia/Kathmandu", "2026-03-01T12:20:00+05:45", pipelines.Hour, "2026-03-01T06:15:00Z", "2026-03-01T07:15:00Z"},
		{"clocks are put forward by half an hour", "Australia/Lord_Howe", "2026-10-04T02:40:00+11:00", pipelines.Hour, "2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z"},
		{"midnight is skipped", "America/Sao_Paulo", "2018-11-04T13:00:00-02:00", pipelines.Day, "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"the day before", "America/Sao_Paulo", "2018-11-03T13:00:00-03:00", pipelines.Day, "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"midnight comes back to eleven", "America/Sao_Paulo", "2018-02-17T13:00:00-02:00", pipelines.Day, "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"},
		{"no zone at all", "UTC", "2026-12-31T23:59:59Z", pipelines.Day, "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		from, to := bounds(at.In(zone), c.period)
		if f, u := from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339); f != c.from || u != c.to {
			t.Errorf("%s: got %s to %s, want %s to %s", c.why, f, u, c.from, c.to)
		}
	}
}

// TestBoundsMeet walks through years of zones that are hard: each span begins where the one before ends, and holds its times.
func TestBoundsMeet(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Cairo", "America/St_Johns", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []pipelines.Period{pipelines.Hour, pipelines.Day} {
			at, end := time.Date(2010, 1, 1, 0, 30, 0, 0, zone), time.Date(2013, 1, 1, 0, 0, 0, 0, zone)
			for at.Before(end) {
				from, to := bounds(at, p)
				if at.Before(from) || !at.Before(to) {
					t.Fatalf("%s, %s: %v is not between %v and %v", name, p, at, from, to)
				}
				if again, _ := bounds(to, p); !again.Equal(to) {
					t.Fatalf("%s, %s: behind %v comes %v", name, p, to, again)
				}
				at = to
			}
		}
	}
}
