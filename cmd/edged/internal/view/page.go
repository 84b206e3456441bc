package view

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Options say what stands around what a device says.
type Options struct {
	Title  string
	Footer string
	Story  func(now time.Time) Moment // of a simulated room; may be nil
}

// Moment is where a story is, and what is so then.
type Moment struct {
	At, Of time.Duration
	Truth  string
}

// page is what a device has said, laid out for a terminal of so many columns.
type page struct {
	*Options
	*news
	ink   Ink
	cols  int
	now   time.Time
	story Moment

	sight []string // rows of the picture
	wide  int      // its columns
	high  int      // rows beside which labels and senses stand
}

// The least and the most of a picture, in rows of cells; what stands below and above it; and what beside it needs.
const (
	leastHigh, mostHigh = 8, 30
	around              = 12
	besides             = 38
	leastCols           = 24
)

// newPage lays out n for a terminal. A picture has four thirds as many pixels across as down, and two pixels a cell.
func newPage(o *Options, n *news, ink Ink, cols, rows int) *page {
	p := &page{Options: o, news: n, ink: ink, cols: max(cols-1, leastCols)}
	p.high = min(max(rows-1-around, 6), mostHigh, (p.cols-2-besides)*3/8)
	if p.high < leastHigh {
		p.high = max(rows-1-around, 6)
	} else {
		p.wide = p.high * 8 / 3
	}
	return p
}

// lines are all rows, of which there are always as many at a size of the terminal.
func (p *page) lines() []string {
	all := []string{p.header()}
	side := append(p.labels(p.high-6), p.senses()...)
	for i := range p.high {
		l := p.line()
		if p.wide > 0 {
			if i < len(p.sight) {
				l.raw(p.sight[i], p.wide)
			}
			l.to(p.wide + 2)
		}
		if i < len(side) {
			side[i](l)
		}
		all = append(all, l.String())
	}
	all = append(all, p.hears())
	all = append(all, p.told("feels", p.felt(), plain, 2)...)
	all = append(all, p.told("truth", p.story.Truth, dim, 2)...)
	all = append(all, p.told("says", p.caption, bold, 2)...)
	all = append(all, p.told("alerts", p.alerting(), red, 1)...)
	all = append(all, p.told("lately", p.lately(), plain, 1)...)
	all = append(all, p.told("lacks", strings.Join(p.event.Degraded, "; "), red, 1)...)
	return append(all, p.line().put(dim, p.Footer).String())
}

func (p *page) line() *line { return &line{ink: p.ink, most: p.cols} }

func (p *page) header() string {
	l := p.line().put(bold, p.Title)
	if p.Story == nil {
		return l.String()
	}
	clock := fmt.Sprintf("%s of %s", minutes(p.story.At), minutes(p.story.Of))
	if l.cols+2+len(clock) <= p.cols {
		l.to(p.cols-len(clock)).put(dim, clock)
	}
	return l.String()
}

func minutes(d time.Duration) string {
	return fmt.Sprintf("%d:%02d", d/time.Minute, d%time.Minute/time.Second)
}

// labels are what the newest event says, the surest first, in so many rows.
func (p *page) labels(rows int) []func(*line) {
	all := []func(*line){func(l *line) { l.put(dim, "what it finds") }}
	found := slices.SortedStableFunc(slices.Values(p.event.Labels), func(a, b label) int { return cmp.Compare(b.Score, a.Score) })
	for i := range rows {
		all = append(all, func(l *line) {
			if i < len(found) {
				start := l.cols
				l.put(plain, cut(found[i].Name, 17)).to(start+18).put(cyan, bar(found[i].Score, 12)).to(start+31).put(plain, fmt.Sprintf("%.2f", found[i].Score))
			}
		})
	}
	return append(all, func(*line) {})
}

// senses are how much each had a part in the event, and how old it was.
func (p *page) senses() []func(*line) {
	all := []func(*line){func(l *line) { l.put(dim, "by which sense") }}
	names := slices.Sorted(maps.Keys(p.event.Ages))
	for _, name := range names[:min(len(names), 3)] {
		all = append(all, func(l *line) {
			start := l.cols
			part, known := p.event.Contributions[name]
			l.put(plain, cut(name, 6)).to(start + 7)
			if known {
				l.put(green, bar(part, 10)).to(start+18).put(plain, fmt.Sprintf("%3.0f %%", 100*part))
			}
			l.to(start+25).put(dim, fmt.Sprintf("%.1f s old", p.event.Ages[name]/1000))
		})
	}
	return all
}

// lead is where the words of the rows below begin.
const lead = 8

// hears is the sound's level, as it is and as it was.
func (p *page) hears() string {
	l := p.line().put(dim, "hears").to(lead)
	if len(p.levels) == 0 {
		return l.String()
	}
	n := min(len(p.levels), max(p.cols-lead-14, 0))
	recent := p.levels[len(p.levels)-n:]
	parts := make([]float64, n)
	for i, level := range recent {
		parts[i] = loud(level)
	}
	newest := p.levels[len(p.levels)-1]
	colour := green
	if newest > -12 {
		colour = yellow
	}
	return l.put(colour, steps(parts)).put(plain, fmt.Sprintf("  %.0f dBFS", newest)).String()
}

// fresh is what a reading is no longer that is older; slow chips have a new one every five seconds.
const fresh = 10 * time.Second

// felt is all readings but the sound's.
func (p *page) felt() string {
	var all []string
	for _, sensor := range slices.Sorted(maps.Keys(p.readings)) {
		values := p.readings[sensor]
		if _, sound := values["level"]; sound {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if v := values[name]; p.now.Sub(v.at) < fresh {
				all = append(all, fmt.Sprintf("%s %s %s", name, short(v.Value), v.Unit))
			}
		}
	}
	return strings.Join(all, ", ")
}

// alerting is the alerts that are open, and of a single one why.
func (p *page) alerting() string {
	var all []string
	for _, topic := range slices.Sorted(maps.Keys(p.alerts)) {
		a := p.alerts[topic]
		text := a.Alert + " (" + a.Severity + ")"
		if len(p.alerts) == 1 {
			text += ": " + a.Reason
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// short is a number of about three digits.
func short(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 1:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// Labels that are over are told for so long, and those that are not older than this are not over.
const remembered, present = 30 * time.Second, time.Second

// lately are labels that are over, the newest first.
func (p *page) lately() string {
	names := slices.SortedFunc(maps.Keys(p.seen), func(a, b string) int { return cmp.Or(p.seen[b].Compare(p.seen[a]), cmp.Compare(a, b)) })
	var all []string
	for _, name := range names {
		if ago := p.now.Sub(p.seen[name]); ago > present && ago < remembered {
			all = append(all, fmt.Sprintf("%s %.0f s ago", name, ago.Seconds()))
		}
	}
	return strings.Join(all, ", ")
}

// told is a text with a name before it, in so many rows.
func (p *page) told(name, text string, s style, rows int) []string {
	var all []string
	for i, row := range wrap(text, max(p.cols-lead, 1), rows) {
		l := p.line()
		if i == 0 {
			l.put(dim, name)
		}
		all = append(all, l.to(lead).put(s, row).String())
	}
	return all
}
