package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"time"
)

// holdings is what a process holds that a daemon must give back when it ends.
type holdings struct {
	goroutines int
	files      map[string]int // open descriptors, by what they refer to
}

// hold returns what the process holds now.
func hold() holdings {
	h := holdings{goroutines: goruntime.NumGoroutine(), files: map[string]int{}}
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		// Go's own poller is opened once and kept; the link that listed this folder is gone already.
		if to, err := os.Readlink(link); err == nil && !strings.HasPrefix(to, "anon_inode:[event") {
			h.files[to]++
		}
	}
	return h
}

// leakPatience is how long a goroutine may take from the last thing it tells to its end.
const leakPatience = 2 * time.Second

// leaked says what the process holds, after patience, beyond what it held before; nil if nothing.
func (before holdings) leaked(patience time.Duration) error {
	end := time.Now().Add(patience)
	for {
		now := hold()
		goroutines, files := now.goroutines-before.goroutines, before.newFiles(now)
		switch {
		case goroutines <= 0 && len(files) == 0:
			return nil
		case time.Now().Before(end):
			time.Sleep(10 * time.Millisecond)
			continue
		}
		stacks := make([]byte, 1<<20)
		stacks = stacks[:goruntime.Stack(stacks, true)]
		return fmt.Errorf("leak check: %d goroutines too many, descriptors left: %s\n%s", max(0, goroutines), quoted(files), stacks)
	}
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
