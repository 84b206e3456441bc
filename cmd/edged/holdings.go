package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	goruntime "runtime"
	"strconv"
	"strings"
	"time"
)

// tellHoldings says now and then what the process holds, for who wants to see that it stays the same: scripts/soak.
func tellHoldings(ctx context.Context, every time.Duration, log *slog.Logger) error {
	return tellEvery(ctx, every, log, holdingsText)
}

// tellEvery logs a text now and then, until ctx ends.
func tellEvery(ctx context.Context, every time.Duration, log *slog.Logger, text func() string) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			log.Info(text())
		}
	}
}

// holdingsText counts goroutines and descriptors, and the memory that is resident and that Go's heap has in use.
func holdingsText() string {
	var mem goruntime.MemStats
	goruntime.ReadMemStats(&mem)
	return fmt.Sprintf("holds %d goroutines, %d descriptors, %.1f MiB, %.1f MiB of it in the heap",
		goruntime.NumGoroutine(), openFiles(), mib(processMemory("VmRSS:")), mib(int64(mem.HeapAlloc)))
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }

// openFiles returns how many descriptors are open; 0 where the system has no /proc.
func openFiles() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return max(0, len(all)-1) // but for the one that lists them
}

// processMemory returns a line of /proc/self/status in bytes; 0 where the system has none.
func processMemory(name string) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}
