package pipelines

import "time"

// Stats is a snapshot of a Group. Counts are since Run began.
type Stats struct {
	Boot          string
	Started, Time time.Time // Started is zero before Run
	Sensors       []SensorStats
	Pipelines     []PipelineStats
	Saving        *Thrift // nil if nobody has called Save
}

// SensorStats is one sensor's share.
type SensorStats struct {
	Name    string
	State   State
	Reason  string    // why it is stale or failing, or what has just gone wrong
	Last    time.Time // of the newest sample; zero if there is none
	Samples uint64
	Errors  uint64 // failed reads
	Lost    uint64 // pictures, or frames of sound, that the driver gave and nobody took in time
	Opens   uint64 // of the device; 0 if it is nothing that comes and goes
	Refused uint64 // readings or pictures that their sink did not accept
	LastErr string // of the last failed read, even if reads have succeeded since
}

// PipelineStats is one pipeline's share.
type PipelineStats struct {
	Name       string
	Events     uint64
	SinkErrors uint64 // events that a sink did not accept, once for each sink
	Encoders   []EncoderStats
}

// EncoderStats is one encoder's share, or that of a model that joins them or puts them into words: those have no sensor.
type EncoderStats struct {
	Sensor, Model string
	Dropped       uint64        // samples that the sensor delivered and the encoder had no time for
	Invokes       uint64        // that succeeded
	Errors        uint64        // in preparing, inferring or decoding
	Skipped       uint64        // windows that the encoder left out, the cores or the pipeline's limit having no time for them, or to save
	Gated         uint64        // windows that were as good as the last, so that the last result stood for them
	Mean, Max     time.Duration // of an Invoke
	Stages        Stages
	Replaced      uint64            // captions that contradicted the labels, so that others were said in their place
	Accelerator   *AcceleratorStats // nil if the builtin engine alone was asked for
}

// Stats returns a snapshot. It may be called at any time.
func (g *Group) Stats() Stats {
	now := g.moments.look()
	g.mu.Lock()
	s := Stats{Boot: g.opts.Boot, Started: g.started, Time: now, Saving: g.moments.saved()}
	g.mu.Unlock()
	for _, in := range g.inputs {
		s.Sensors = append(s.Sensors, in.stats(s.Time))
	}
	for _, p := range g.pipelines {
		s.Pipelines = append(s.Pipelines, p.stats())
	}
	return s
}

func (in *Input) stats(now time.Time) SensorStats {
	h := &in.health
	h.mu.Lock()
	defer h.mu.Unlock()
	s := SensorStats{
		Name:    in.name,
		Last:    h.newest,
		Samples: h.samples,
		Errors:  h.errors,
		Lost:    h.lost,
		Refused: h.refused,
	}
	if in.opens != nil {
		s.Opens = in.opens()
	}
	s.State, s.Reason = h.stateLocked(now)
	if h.lastErr != nil {
		s.LastErr = h.lastErr.Error()
	}
	return s
}

func (p *Pipeline) stats() PipelineStats {
	s := PipelineStats{Name: p.name, Events: p.events.Load(), SinkErrors: p.sinkErrs.Load()}
	for _, w := range p.works {
		s.Encoders = append(s.Encoders, w.stats())
	}
	if f := p.fusion; f != nil && f.how.Words.Teller != nil {
		s.Encoders = append(s.Encoders, f.words.stats(EncoderStats{Model: f.how.Words.Model, Replaced: f.mended.Load()}))
	}
	return s
}

func (s *stage) stats() EncoderStats {
	return s.tally.stats(EncoderStats{Sensor: s.sensor, Model: s.Model, Accelerator: acceleratorStats(s.Session)})
}
