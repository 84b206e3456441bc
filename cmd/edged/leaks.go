package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"time"
)

// holdings is what a process holds that a daemon must give back when it ends.
type holdings struct {
	goroutines map[string]string // stacks, by the goroutine's number
	files      map[string]int    // open descriptors, by what they refer to
}

// hold returns what the process holds now.
func hold() holdings {
	h := holdings{goroutines: stacks(), files: map[string]int{}}
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		// Go's own poller is opened once and kept; the link that listed this folder is gone already.
		if to, err := os.Readlink(link); err == nil && !strings.HasPrefix(to, "anon_inode:[event") {
			h.files[to]++
		}
	}
	return h
}

var stackHeader = regexp.MustCompile(`^goroutine (\d+) `)

// stacks returns the stacks of all goroutines by number. Numbers are never used twice, so that one goroutine that ends
// does not hide another that stays.
func stacks() map[string]string {
	text := make([]byte, 1<<20)
	text = text[:goruntime.Stack(text, true)]
	found := map[string]string{}
	for stack := range strings.SplitSeq(string(text), "\n\n") {
		if header := stackHeader.FindStringSubmatch(stack); header != nil {
			found[header[1]] = stack
		}
	}
	return found
}

// leakPatience is how long a goroutine may take from the last thing it tells to its end.
const leakPatience = 2 * time.Second

// leaked says what the process holds, after patience, beyond what it held before; nil if nothing.
func (before holdings) leaked(patience time.Duration) error {
	end := time.Now().Add(patience)
	for {
		now := hold()
		goroutines, files := before.newGoroutines(now), before.newFiles(now)
		switch {
		case len(goroutines) == 0 && len(files) == 0:
			return nil
		case time.Now().Before(end):
			time.Sleep(10 * time.Millisecond)
			continue
		}
		return fmt.Errorf("leak check: %d goroutines too many, descriptors left: %s\n%s",
			len(goroutines), quoted(files), strings.Join(goroutines, "\n\n"))
	}
}

// newGoroutines returns the stacks of the goroutines that run in now alone.
func (before holdings) newGoroutines(now holdings) []string {
	var left []string
	for _, number := range slices.Sorted(maps.Keys(now.goroutines)) {
		if _, ok := before.goroutines[number]; !ok {
			left = append(left, now.goroutines[number])
		}
	}
	return left
}

// newFiles returns what there are more descriptors of in now.
func (before holdings) newFiles(now holdings) []string {
	var left []string
	for _, to := range slices.Sorted(maps.Keys(now.files)) {
		if now.files[to] > before.files[to] {
			left = append(left, to)
		}
	}
	return left
}

func quoted(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return fmt.Sprintf("%q", words)
}
