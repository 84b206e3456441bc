package runtime_test

import (
	"path/filepath"
	"sync"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
)

// TestSessionsShareThreads runs models at the same time on the threads of one Pool, which ends before one of them and after the
// other.
func TestSessionsShareThreads(t *testing.T) {
	dir := corpus.Dir(t)
	pool := runtime.NewPool(3)
	if got := pool.Threads(); got != 3 {
		t.Errorf("got %d threads, want 3", got)
	}
	models := map[string]corpus.Model{}
	for _, m := range corpus.Read(t, dir).Models {
		models[m.Name] = m
	}
	open := func(name string, threads int) runtime.Session {
		s, err := runtime.Open(filepath.Join(dir, models[name].File), runtime.Options{Engine: "builtin", Threads: threads, Pool: pool})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	run := func(name string, s runtime.Session) { runCase(t, dir, models[name], models[name].Cases[0], s) }
	const large, small = "tf2_mobilenet_v2_1.0_224_ptq", "mobilenet_v1_0.25_128_quant"
	one, other := open(large, 0), open(small, 2)
	var both sync.WaitGroup
	both.Go(func() { run(large, one) })
	both.Go(func() { run(small, other) })
	both.Wait()
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	pool.Close()
	run(large, one)
	if err := one.Close(); err != nil {
		t.Error(err)
	}
}
