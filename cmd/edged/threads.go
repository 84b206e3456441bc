package main

import (
	goruntime "runtime"

	"edged/runtime"
)

// openThreads starts the threads that models share, if the config gives any of them more than one: as many as all could want,
// but no more than there are processors.
func (p *parts) openThreads() {
	most := 1
	for _, line := range p.config.Pipelines {
		for _, e := range line.Encoders {
			most += max(1, e.Threads) - 1
		}
		if line.Fusion != nil {
			most += max(1, line.Fusion.Threads) - 1
		}
	}
	if most > 1 {
		p.threads = runtime.NewPool(min(most, goruntime.GOMAXPROCS(0)))
	}
}

// closeThreads ends them.
func (p *parts) closeThreads() {
	if p.threads != nil {
		p.threads.Close()
	}
}
