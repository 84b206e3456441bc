package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pace is how well a daemon kept up with its fast room.
type pace struct {
	speed    float64
	latency  []time.Duration // by the room's time, of each event that joins all senses
	degraded map[string]int  // events, by what was told
}

func (p *pace) add(s spoken) {
	p.latency = append(p.latency, time.Duration(s.LatencyMS*float64(time.Millisecond)))
	if p.degraded == nil {
		p.degraded = map[string]int{}
	}
	for _, text := range s.Degraded {
		p.degraded[wordsOf(text)]++
	}
}

// wordsOf leaves out a text's numbers.
func wordsOf(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(text), func(word string) bool {
		_, err := strconv.ParseFloat(word, 64)
		return err == nil
	}), " ")
}

// share is what part of the steps that there are in a story the daemon made.
func (w *watch) share() float64 {
	return float64(len(w.pace.latency)) / (float64(w.story.Length) / float64(hop))
}

// reportPace says how well the daemon kept up in all stories.
func reportPace(out io.Writer, all []*watch) {
	var latency []time.Duration
	degraded, share := map[string]int{}, 0.0
	slowest, fastest := math.Inf(1), 0.0
	for _, w := range all {
		latency = append(latency, w.pace.latency...)
		for text, n := range w.pace.degraded {
			degraded[text] += n
		}
		share += w.share() / float64(len(all))
		slowest, fastest = min(slowest, w.pace.speed), max(fastest, w.pace.speed)
	}
	if len(latency) == 0 {
		fmt.Fprintln(out, "No event joined the senses.")
		return
	}
	slices.Sort(latency)
	fmt.Fprintf(out, "Through the daemon, %.3g to %.3g times as fast as the world: %.1f %% of the steps; latency by the room's time: median %v, 99 %% under %v.\n",
		slowest, fastest, 100*share, latency[len(latency)/2].Round(time.Millisecond), latency[len(latency)*99/100].Round(time.Millisecond))
	for _, why := range slices.Sorted(maps.Keys(degraded)) {
		fmt.Fprintf(out, "Degraded, %d times: %s\n", degraded[why], why)
	}
	fmt.Fprintln(out)
}
